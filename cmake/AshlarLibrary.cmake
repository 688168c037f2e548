# ashlar_library(<folder> [DEPS <public targets>...] [PRIVATE_DEPS <targets>...])
# Makes ashlar_<folder> from every .cc file of the current folder. While a folder holds headers only
# it is an INTERFACE library, so that configuring works at any time.
function(ashlar_library folder)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "DEPS;PRIVATE_DEPS")
  set(target ashlar_${folder})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}"
                                                "${PROJECT_SOURCE_DIR}/include")
    target_link_libraries(${target} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    ashlar_precompile(${target})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE "${PROJECT_SOURCE_DIR}"
                                                   "${PROJECT_SOURCE_DIR}/include")
    target_link_libraries(${target} INTERFACE ${ARG_DEPS})
  endif()
endfunction()
