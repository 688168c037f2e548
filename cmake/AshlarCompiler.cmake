# Compiler flags that every target of the project shares: warnings, sanitizers, ccache. The language
# standard is set by the root; what one target alone needs is set where that target is made.

# Where nothing was kept it only costs time: -DASHLAR_CCACHE=OFF builds without.
find_program(ASHLAR_CCACHE ccache)
mark_as_advanced(ASHLAR_CCACHE)
if(ASHLAR_CCACHE)
  foreach(language CXX C ASM)
    if(NOT CMAKE_${language}_COMPILER_LAUNCHER)
      set(CMAKE_${language}_COMPILER_LAUNCHER "${ASHLAR_CCACHE}")
    endif()
  endforeach()
endif()

set(ashlar_warnings -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
# GCC finds these two in the standard library's own strings and variants once -O3 inlines them
# (gcc.gnu.org/PR105651 and its kin); the sanitizers look for what they are meant to find.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND ashlar_warnings -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(ASHLAR_WERROR)
  list(APPEND ashlar_warnings -Werror)
endif()
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:${ashlar_warnings}>")

# GCC clears and copies 32 to 256 bytes with `rep stos` and `rep movs`, whose start alone takes longer
# than eight vector stores: and a zone's selection has 128 bytes, made anew at every step.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  set(ashlar_small_blocks "vector_loop:256:noalign,libcall:-1:noalign")
  add_compile_options(
    "$<$<COMPILE_LANGUAGE:CXX>:-mmemset-strategy=${ashlar_small_blocks}>"
    "$<$<COMPILE_LANGUAGE:CXX>:-mmemcpy-strategy=${ashlar_small_blocks}>")
endif()

# Bounds checks inside the standard library, everywhere but in what is shipped or measured.
add_compile_definitions("$<$<NOT:$<CONFIG:Release>>:_GLIBCXX_ASSERTIONS>")

# libFuzzer is Clang's: with another compiler the fuzz targets only replay their corpus, as in every
# build. Fuzzing without sanitizers would find crashes only, so it brings both.
set(ASHLAR_LIBFUZZER OFF)
set(ashlar_sanitizers "${ASHLAR_SANITIZE}")
if(ASHLAR_BUILD_FUZZ AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(ASHLAR_LIBFUZZER ON)
  set(ashlar_sanitizers "fuzzer-no-link,address,undefined")
endif()

if(ashlar_sanitizers)
  if(ASHLAR_SANITIZE AND NOT ASHLAR_SANITIZE MATCHES
                             "^(address|undefined|thread|address,undefined)$")
    message(FATAL_ERROR "ASHLAR_SANITIZE must be address, undefined, thread, address,undefined or "
                        "empty, not '${ASHLAR_SANITIZE}'")
  endif()
  # GCC 12 loses AVX-512 masks across the calls that ThreadSanitizer puts in: comparisons of 16-bit
  # numbers come out wrong, in this build only. Races are the same without that target.
  if(ASHLAR_SANITIZE STREQUAL "thread")
    add_compile_definitions("HWY_DISABLED_TARGETS=(HWY_AVX3|HWY_AVX3_DL)")
  endif()
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX,C>:-fsanitize=${ashlar_sanitizers}>"
                      "$<$<COMPILE_LANGUAGE:CXX,C>:-fno-sanitize-recover=undefined>"
                      "$<$<COMPILE_LANGUAGE:CXX,C>:-fno-omit-frame-pointer>")
  # GCC's -Wmaybe-uninitialized and its kin give false alarms on instrumented code.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wno-error=maybe-uninitialized>")
  endif()
  add_link_options("-fsanitize=${ashlar_sanitizers}")
endif()
