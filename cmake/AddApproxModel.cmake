# add_approx_model(): a network as a static library.

include_guard(GLOBAL)

#[[
  add_approx_model(<target>
    MODEL <file.onnx>         the network, float or quantized (QDQ)
    [CALIBRATION <file>]      .npz or folder of images; a float network needs it
    [PLAN <plan.json>]        what to leave out and which kernels to use; default: exact
    [TARGET <mcu>]            what the kernels are chosen for; default: stm32u5
    [PIPELINE <passes>]       the passes in full, instead of PLAN and TARGET
    [NAME <identifier>]       prefix of all symbols and files; default: <target>
    [CPU <core>]              what it is compiled for; default: as the rest of the project
    [SHARDS <number>])        C files the kernels are spread over; default: 8

  Adds a static library <target>, alias approx::<target>, that declares NAME_run() in "NAME.h". The
  files are generated, by the build, in ${CMAKE_CURRENT_BINARY_DIR}/<target>: again when the model,
  the calibration data, the plan or the compiler has changed. NAME_report.json beside them says what
  became of each layer.
]]
function(add_approx_model target)
  set(options MODEL CALIBRATION PLAN TARGET PIPELINE NAME CPU SHARDS)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "${options}" "")
  _approx_check_arguments()
  _approx_absolute(MODEL CALIBRATION PLAN)
  _approx_default(NAME "${target}")
  _approx_default(SHARDS 8)
  string(MAKE_C_IDENTIFIER "${arg_NAME}" name)
  _approx_pipeline(pipeline)

  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${target}")
  _approx_outputs("${directory}" "${name}" "${arg_SHARDS}" sources others)
  set(compiler "${ApproxOpt_EXECUTABLE}")
  if(NOT compiler)
    set(compiler "${Python3_EXECUTABLE}" -m approx_opt.compiler)
  endif()
  set(calibration "")
  if(arg_CALIBRATION)
    set(calibration --calibration "${arg_CALIBRATION}")
  endif()
  # Ninja wants the first output to be the target of the rule in the depfile: NAME.h.
  add_custom_command(
    OUTPUT ${others} ${sources}
    COMMAND ${compiler} "${arg_MODEL}" ${calibration}
            -p "${pipeline}" --emit-dir "${directory}" --name "${name}" --shards "${arg_SHARDS}"
            --depfile "${directory}/${name}.d"
    DEPENDS "${arg_MODEL}" ${arg_CALIBRATION} ${arg_PLAN}
    DEPFILE "${directory}/${name}.d"
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    COMMENT "Compiling the network ${target}"
    COMMAND_EXPAND_LISTS VERBATIM)

  add_library(${target} STATIC ${sources})
  add_library(approx::${target} ALIAS ${target})
  target_include_directories(${target} PUBLIC "${directory}")
  target_compile_features(${target} PRIVATE c_std_99)
  # Kernels are fast or slow by these, whatever the project debugs with. The largest ones use every
  # register, so none can be a frame pointer.
  target_compile_options(${target} PRIVATE -O2 -ffunction-sections -fomit-frame-pointer)
  _approx_compile_for_cpu(${target} "${arg_CPU}")
endfunction()

# Of the arguments of add_approx_model(), as parsed in the caller's scope.
function(_approx_check_arguments)
  set(call "add_approx_model(${target})")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${call}: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "${call}: no value given for ${arg_KEYWORDS_MISSING_VALUES}")
  endif()
  if(NOT arg_MODEL)
    message(FATAL_ERROR "${call}: MODEL is missing")
  endif()
  if(arg_PIPELINE AND (arg_PLAN OR arg_TARGET))
    message(FATAL_ERROR "${call}: PIPELINE says all; it goes with neither PLAN nor TARGET")
  endif()
  if(DEFINED arg_SHARDS AND NOT arg_SHARDS MATCHES "^[1-9][0-9]*$")
    message(FATAL_ERROR "${call}: SHARDS is a positive number, not '${arg_SHARDS}'")
  endif()
  if(DEFINED arg_NAME AND NOT arg_NAME MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    message(FATAL_ERROR "${call}: NAME is a C identifier, not '${arg_NAME}'")
  endif()
endfunction()

# Files of the user: absolute, and there.
macro(_approx_absolute)
  foreach(kind IN ITEMS ${ARGN})
    if(arg_${kind})
      get_filename_component(arg_${kind} "${arg_${kind}}" ABSOLUTE)
      if(NOT EXISTS "${arg_${kind}}")
        message(FATAL_ERROR "add_approx_model(${target}): ${kind}: no such file: ${arg_${kind}}")
      endif()
    endif()
  endforeach()
endmacro()

macro(_approx_default argument value)
  if(NOT DEFINED arg_${argument})
    set(arg_${argument} "${value}")
  endif()
endmacro()

function(_approx_pipeline result)
  if(arg_PIPELINE)
    set(${result} "${arg_PIPELINE}" PARENT_SCOPE)
    return()
  endif()
  _approx_default(TARGET stm32u5)
  set(plan "")
  if(arg_PLAN)
    set(plan " plan=\"${arg_PLAN}\"")
  endif()
  set(${result} "approx-to-c{target=${arg_TARGET}${plan}}" PARENT_SCOPE)
endfunction()

# C files, and all else that the compiler writes. They do not depend on the network: the build has
# to know them before it is compiled.
function(_approx_outputs directory name shards sources others)
  set(c_files "${directory}/${name}.c")
  math(EXPR last "${shards} - 1")
  foreach(index RANGE ${last})
    list(APPEND c_files "${directory}/${name}_${index}.c")
  endforeach()
  set(${sources} "${c_files}" PARENT_SCOPE)

  set(files "${directory}/${name}.h" "${directory}/${name}_report.json"
            "${directory}/${name}_plan.json")
  set(runtime "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../runtime")
  file(GLOB headers RELATIVE "${runtime}" "${runtime}/approx_*.h")
  foreach(header IN LISTS headers)
    list(APPEND files "${directory}/${header}")
  endforeach()
  set(${others} "${files}" PARENT_SCOPE)
endfunction()

# The core is usually in the flags of the whole project; they must not contradict CPU.
function(_approx_compile_for_cpu target cpu)
  if(NOT cpu)
    return()
  endif()
  get_directory_property(flags COMPILE_OPTIONS)
  string(APPEND flags " ${CMAKE_C_FLAGS}")
  if(NOT flags MATCHES "-mcpu=([A-Za-z0-9-]+)")
    target_compile_options(${target} PRIVATE -mcpu=${cpu} -mthumb)
  elseif(NOT CMAKE_MATCH_1 STREQUAL cpu)
    message(FATAL_ERROR "add_approx_model(${target}): CPU is ${cpu}, but the project is compiled "
                        "with -mcpu=${CMAKE_MATCH_1}")
  endif()
endfunction()
