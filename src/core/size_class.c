#include "core/size_class.h"

#include "core/units.h"

uint32_t bud_size_class_for_aligned(uint32_t size_bytes,
                                    uint32_t alignment_bytes)
{
    BUD_REQUIRE(alignment_bytes != 0);
    BUD_REQUIRE((alignment_bytes & (alignment_bytes - 1u)) == 0);
    if (size_bytes > BUD_CLASS_MAX_BYTES) {
        return BUD_CLASS_NONE;
    }
    uint32_t class = bud_size_class_for(size_bytes);
    //@ assert Last: ClassBytes(79) == BUD_CLASS_MAX_BYTES;
    /*@ loop invariant Range: class <= BUD_CLASS_COUNT;
        loop invariant Holds: class < BUD_CLASS_COUNT
          ==> size_bytes <= ClassBytes(class);
        loop invariant Lower: \forall integer c; c < class
          ==> !ClassServes(c, size_bytes, alignment_bytes);
        loop assigns class;
        loop variant BUD_CLASS_COUNT - class; */
    while (class < BUD_CLASS_COUNT) {
        if (bud_size_class_bytes(class) % alignment_bytes == 0u) {
            //@ assert Serves: ClassServes(class, size_bytes, alignment_bytes);
            return class;
        }
        class += 1u;
    }
    return BUD_CLASS_NONE;
}

/* Whether a span of that size holds enough objects and leaves little over. */
/*@ requires Positive: size_bytes >= 1;
    assigns \nothing;
    ensures Is: \result != 0 <==> CutsWell(span_bytes, size_bytes);
*/
static uint32_t cuts_well(uint32_t span_bytes, uint32_t size_bytes)
{
    return span_bytes / size_bytes >= BUD_CLASS_MIN_OBJECTS &&
           span_bytes % size_bytes <= span_bytes / BUD_CLASS_WASTE_PART;
}

uint32_t bud_size_class_units(uint32_t class)
{
    BUD_REQUIRE(class < BUD_CLASS_COUNT);
    const uint32_t size_bytes = bud_size_class_bytes(class);
    uint32_t units = 1;
    /*@ assert Large: size_bytes <= 36864 || size_bytes == 40960
          || size_bytes == 45056 || size_bytes == 49152 || size_bytes == 53248
          || size_bytes == 57344 || size_bytes == 61440
          || size_bytes == 65536; */
    //@ assert Rest: 0x80000 % size_bytes < size_bytes;
    //@ assert Most: CutsWell(0x80000, size_bytes);
    /*@ loop invariant Power: units == 1 || units == 2 || units == 4
          || units == 8;
        loop invariant One: 1 < units ==> !CutsWell(65536, size_bytes);
        loop invariant Two: 2 < units ==> !CutsWell(2 * 65536, size_bytes);
        loop invariant Four: 4 < units ==> !CutsWell(4 * 65536, size_bytes);
        loop assigns units;
        loop variant 8 - units; */
    while (units < BUD_CLASS_MAX_UNITS &&
           !cuts_well(units * BUD_UNIT_BYTES, size_bytes)) {
        units *= 2u;
    }
    return units;
}

uint32_t bud_size_class_objects(uint32_t class)
{
    BUD_REQUIRE(class < BUD_CLASS_COUNT);
    return bud_size_class_units(class) * BUD_UNIT_BYTES /
           bud_size_class_bytes(class);
}

uint64_t bud_size_class_reciprocal(uint32_t class)
{
    BUD_REQUIRE(class < BUD_CLASS_COUNT);
    /* Every size is a multiple of the step, so its 2^4 goes out of the
     * fraction and a division of 32 bits is enough. */
    const uint32_t one =
        (uint32_t)(BUD_CLASS_RECIPROCAL_ONE / BUD_CLASS_STEP_BYTES);

    return one / (bud_size_class_bytes(class) / BUD_CLASS_STEP_BYTES) + 1u;
}
