/* What the contracts of the size classes speak of. Comments for the prover: a
 * compiler sees an empty file.
 *
 * Throughout: c a class, d a doubling (class / 8), sizes in bytes. */
#ifndef BUD_CORE_SIZE_CLASS_LOGIC_H
#define BUD_CORE_SIZE_CLASS_LOGIC_H

/*@ // n steps from class to class in doubling d, 1 to 9
    logic integer Steps(integer d, integer n) =
      d <= 1 ? 16 * n : d == 2 ? 32 * n : d == 3 ? 64 * n :
      d == 4 ? 128 * n : d == 5 ? 256 * n : d == 6 ? 512 * n :
      d == 7 ? 1024 * n : d == 8 ? 2048 * n : 4096 * n;

    // an object of class c, 0 to 79
    logic integer ClassBytes(integer c) =
      c < 8 ? 16 * (c + 1) : Steps(c / 8, 9 + c % 8);

    // the lowest class whose objects hold so many bytes
    predicate ClassFor(integer c, integer bytes) =
      0 <= c < 80 && bytes <= ClassBytes(c)
      && (c > 0 ==> ClassBytes(c - 1) < bytes);

    // an object of class c holds so many bytes and starts at a multiple of
    // the alignment whenever its span does
    predicate ClassServes(integer c, integer bytes, integer alignment) =
      0 <= c < 80 && bytes <= ClassBytes(c) && ClassBytes(c) % alignment == 0;

    // the lowest class that does
    predicate ClassLowest(integer c, integer bytes, integer alignment) =
      ClassServes(c, bytes, alignment)
      && \forall integer d; d < c ==> !ClassServes(d, bytes, alignment);

    // a span holds 4 objects or more and wastes an eighth of itself or less
    predicate CutsWell(integer span, integer size) =
      span / size >= 4 && span % size <= span / 8;

    // the units of a span: a power of two, the lowest that cuts well
    predicate SpanUnits(integer units, integer size) =
      (units == 1 || units == 2 || units == 4 || units == 8)
      && CutsWell(units * 65536, size)
      && (1 < units ==> !CutsWell(65536, size))
      && (2 < units ==> !CutsWell(2 * 65536, size))
      && (4 < units ==> !CutsWell(4 * 65536, size));
*/

#endif
