# gcc, g++: generated programs and this project; the objects are compared.
. "$(dirname "$0")/common.bash"

# The two runs differ in their folder, which debug information would record.
flags="-O2 -g -fdebug-prefix-map=$work/glibc=."
flags+=" -fdebug-prefix-map=$work/library=."

"$python" "$input/source_c.py" 0.2 >"$work/program.c"
"$python" "$input/source_cpp.py" 0.3 >"$work/program.cpp"

# A driver, a compiler and an assembler make at least three processes.
both gcc $flags -Wall -c "$work/program.c" -o program.o
expect gcc_compiles succeeded
expect gcc_makes_the_same_object same program.o
expect gcc_is_served served "$work/library/out.err" "$pid"
expect gcc_children_are_served served_processes "$work/library/out.err" 3

both g++ $flags -std=c++17 "$work/program.cpp" -o program
expect gxx_compiles_and_links succeeded
expect gxx_makes_the_same_program same program
expect gxx_is_served served "$work/library/out.err" "$pid"
expect gxx_children_are_served served_processes "$work/library/out.err" 4
both ../library/program
expect the_compiled_program_runs succeeded
expect the_compiled_program_answers_as_under_glibc same out
expect the_compiled_program_is_served served "$work/library/out.err" "$pid"

mapfile -t sources < <(find "$root/src" -name '*.c' | sort)
compile_project() {
    local source object status=0
    for source in "${sources[@]}"; do
        object=$(basename "$source" .c).o
        gcc -std=gnu11 -D_GNU_SOURCE $flags -I"$root/include" \
            -I"$root/src" -c "$source" -o "$object" || status=1
    done
    return "$status"
}
compare_project() {
    local source
    [ ${#sources[@]} -gt 0 ] || return 0
    for source in "${sources[@]}"; do
        same "$(basename "$source" .c).o" || return 1
    done
}
export -f compile_project
export root flags
both bash -c "$(declare -p sources); compile_project"
expect gcc_compiles_this_project succeeded
expect gcc_makes_the_same_objects_of_this_project compare_project
