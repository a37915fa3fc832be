# add_approx_model(): a network as a static library.

include_guard(GLOBAL)
include("${CMAKE_CURRENT_LIST_DIR}/ApproxModelArguments.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/ApproxModelCore.cmake")

#[[
  add_approx_model(<target>
    MODEL <file.onnx>              the network, float or quantized (QDQ)
    [CALIBRATION <file>]           .npz or folder of images; a float network needs it
    [PLAN <plan.json>]             what to leave out and which kernels to use; default: exact
    [PRESET exact|balanced|fast]   how much may be left out, instead of a plan
    [TARGET <mcu>]                 what the kernels are chosen for; default: what has the core
    [FLASH_BUDGET <bytes>]         what code and constants may take: 524288, 512K or 1M
    [RAM_BUDGET <bytes>]           what the workspace may take
    [INPUT_LAYOUT nhwc|nchw]       of the input of NAME_run(); default: nhwc
    [INPUT_TYPE int8|uint8|float32]                            default: int8
    [PIPELINE <passes>]            the passes in full, instead of all from PLAN to here

    [NAME <identifier>]            prefix of all symbols and files; default: <target>
    [OUTPUT_DIR <folder>]          default: ${CMAKE_CURRENT_BINARY_DIR}/<target>
    [SHARDS <number>]              C files the kernels are spread over; default: 8
    [REPORT <file.html>]           what became of each layer, as a page

    [CPU <core>]                   what it is compiled for; default: as the rest of the project
    [COMPILE_OPTIONS <option>...]  after those of the library, so -O3 replaces its -O2
    [CODE_SECTION <section>]       where functions go: .itcm
    [CONST_SECTION <section>]      where weights and tables go; not that of the code
    [WORKSPACE_SECTION <section>]  where NAME_DECLARE_WORKSPACE() puts a workspace

    [DEPENDS <file or target>...]) what has to be there, and new, before it is compiled

  Adds a static library <target>, alias approx::<target>, that declares NAME_run() in "NAME.h". The
  files are generated, by the build, in OUTPUT_DIR: again when the model, the calibration data, the
  plan, the arguments or the compiler have changed. NAME_report.json beside them says what became of
  each layer. What the build makes itself may be MODEL, CALIBRATION and PLAN, too.

  Relative paths start at ${CMAKE_CURRENT_SOURCE_DIR}, those of OUTPUT_DIR and REPORT at
  ${CMAKE_CURRENT_BINARY_DIR}.
]]
function(add_approx_model target)
  _approx_argument_names(single multiple)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "${single}" "${multiple}")
  _approx_check_arguments()
  _approx_complete_arguments()
  _approx_core_options(core_options)
  _approx_pipeline(pipeline)

  _approx_outputs(sources others)
  _approx_command("${pipeline}" command)
  set(written_down "${CMAKE_CURRENT_BINARY_DIR}/${target}_command.txt")
  _approx_write_down("${written_down}" "${command}")
  _approx_forget_command(forget)
  # Ninja wants the first output to be the target of the rule in the depfile: NAME.h.
  add_custom_command(
    OUTPUT ${others} ${sources}
    COMMAND ${command}
    COMMAND ${forget}
    DEPENDS "${arg_MODEL}" ${arg_CALIBRATION} ${arg_PLAN} ${arg_DEPENDS} "${written_down}"
    DEPFILE "${arg_OUTPUT_DIR}/${arg_NAME}.d"
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    COMMENT "Compiling the network ${target}"
    COMMAND_EXPAND_LISTS VERBATIM)

  add_library(${target} STATIC ${sources})
  add_library(approx::${target} ALIAS ${target})
  target_include_directories(${target} PUBLIC "${arg_OUTPUT_DIR}")
  target_compile_features(${target} PRIVATE c_std_99)
  target_compile_options(${target} PRIVATE -ffunction-sections ${core_options})
  # Kernels are fast or slow by these, whatever the project debugs with. The largest ones use every
  # register, so none can be a frame pointer. Options of files come after those of a target and of
  # all that it links.
  set_source_files_properties(${sources} PROPERTIES
    COMPILE_OPTIONS "-O2;-fomit-frame-pointer;${arg_COMPILE_OPTIONS}")
  _approx_place()
endfunction()

# All that follow read the arguments of add_approx_model() in the caller's scope.

function(_approx_pipeline result)
  if(arg_PIPELINE)
    set(${result} "${arg_PIPELINE}" PARENT_SCOPE)
    return()
  endif()
  set(options "target=${arg_TARGET}")
  if(arg_PLAN)
    string(APPEND options " plan=\"${arg_PLAN}\"")
  endif()
  foreach(argument IN ITEMS PRESET FLASH_BUDGET RAM_BUDGET INPUT_LAYOUT INPUT_TYPE)
    if(arg_${argument})
      string(TOLOWER "${argument}" option)
      string(REPLACE "_" "-" option "${option}")
      string(APPEND options " ${option}=${arg_${argument}}")
    endif()
  endforeach()
  set(${result} "approx-to-c{${options}}" PARENT_SCOPE)
endfunction()

function(_approx_command pipeline result)
  set(command "${ApproxOpt_EXECUTABLE}")
  if(NOT command)
    # -P: whatever Python files lie in the project, they are not the compiler's.
    set(command "${Python3_EXECUTABLE}" -P -m approx_opt.compiler)
  endif()
  list(APPEND command "${arg_MODEL}")
  if(arg_CALIBRATION)
    list(APPEND command --calibration "${arg_CALIBRATION}")
  endif()
  list(APPEND command -p "${pipeline}" --emit-dir "${arg_OUTPUT_DIR}" --name "${arg_NAME}"
       --shards "${arg_SHARDS}" --depfile "${arg_OUTPUT_DIR}/${arg_NAME}.d")
  if(arg_REPORT)
    list(APPEND command --report "${arg_REPORT}")
  endif()
  set(${result} "${command}" PARENT_SCOPE)
endfunction()

# Some versions (3.25.1; not 3.20.5, nor 4.4.4) add what is in a depfile to all that ever was in it,
# when they write rules for Make: a calibration image that is gone would be missed by every later
# build. This is the file that they remember it by.
function(_approx_forget_command result)
  set(known "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/compiler_depend.internal")
  set(${result} "" PARENT_SCOPE)
  if(CMAKE_GENERATOR MATCHES "Makefiles")
    set(${result} "${CMAKE_COMMAND}" -E rm -f "${known}" PARENT_SCOPE)
  endif()
endfunction()

# A command that has changed is one more reason to run it, which Make would not know.
function(_approx_write_down file command)
  list(JOIN command "\n" lines)
  set(earlier "")
  if(EXISTS "${file}")
    file(READ "${file}" earlier)
  endif()
  if(NOT earlier STREQUAL "${lines}\n")
    file(WRITE "${file}" "${lines}\n")
  endif()
endfunction()

# C files, and all else that the compiler writes. They do not depend on the network: the build has
# to know them before it is compiled.
function(_approx_outputs sources others)
  set(stem "${arg_OUTPUT_DIR}/${arg_NAME}")
  set(c_files "${stem}.c")
  math(EXPR last "${arg_SHARDS} - 1")
  foreach(index RANGE ${last})
    list(APPEND c_files "${stem}_${index}.c")
  endforeach()
  set(${sources} "${c_files}" PARENT_SCOPE)

  set(files "${stem}.h" "${stem}_report.json" "${stem}_plan.json" ${arg_REPORT})
  set(runtime "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../runtime")
  file(GLOB headers RELATIVE "${runtime}" "${runtime}/approx_*.h")
  list(TRANSFORM headers PREPEND "${arg_OUTPUT_DIR}/")
  set(${others} "${files}" ${headers} PARENT_SCOPE)
endfunction()

# Code and constants are the library's. The workspace is its user's, who may have several networks:
# each has a macro of its own.
function(_approx_place)
  foreach(kind IN ITEMS CODE CONST)
    if(arg_${kind}_SECTION)
      target_compile_definitions(${target} PRIVATE
        "APPROX_${kind}_SECTION=__attribute__((section(\"${arg_${kind}_SECTION}\")))")
    endif()
  endforeach()
  if(arg_WORKSPACE_SECTION)
    string(TOUPPER "${arg_NAME}" upper)
    target_compile_definitions(${target} PUBLIC
      "${upper}_WORKSPACE_SECTION=__attribute__((section(\"${arg_WORKSPACE_SECTION}\")))")
  endif()
endfunction()
