# Finds what the project uses, all of it from the distribution's packages (tools/setup installs
# them), and gives each a target name. Libraries without a CMake config get an ashlar::<name> target
# here, so that no other file knows where they live.

find_package(Threads REQUIRED)
find_package(absl REQUIRED CONFIG)
find_package(simdjson REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)

# ashlar_find(<name> HEADER <h> [LIBRARY <l>]): defines ashlar::<name>, header-only without LIBRARY.
function(ashlar_find name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "HEADER;LIBRARY" "")
  find_path(ASHLAR_${name}_INCLUDE "${ARG_HEADER}" REQUIRED)
  mark_as_advanced(ASHLAR_${name}_INCLUDE)
  add_library(ashlar::${name} INTERFACE IMPORTED GLOBAL)
  # The compiler's own search path is left out: naming it again would break include_next.
  if(NOT ASHLAR_${name}_INCLUDE STREQUAL "/usr/include")
    target_include_directories(ashlar::${name} SYSTEM INTERFACE "${ASHLAR_${name}_INCLUDE}")
  endif()
  if(ARG_LIBRARY)
    find_library(ASHLAR_${name}_LIBRARY "${ARG_LIBRARY}" REQUIRED)
    mark_as_advanced(ASHLAR_${name}_LIBRARY)
    target_link_libraries(ashlar::${name} INTERFACE "${ASHLAR_${name}_LIBRARY}")
  endif()
endfunction()

ashlar_find(zstd HEADER zstd.h LIBRARY zstd)
ashlar_find(isal HEADER isa-l/crc.h LIBRARY isal)
ashlar_find(xxhash HEADER xxhash.h)
ashlar_find(hwy HEADER hwy/highway.h LIBRARY hwy)

include(AshlarBlake3)

if(ASHLAR_BUILD_TESTS)
  find_package(GTest REQUIRED CONFIG)
  # Judges our deletion vectors in their test; nothing that is shipped links it.
  ashlar_find(roaring HEADER roaring/roaring.h LIBRARY roaring)
endif()
