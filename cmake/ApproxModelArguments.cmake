# The arguments of add_approx_model(): what they are called, what is wrong with them, what they are
# where they are not given. All of this reads arg_... in the caller's scope.

include_guard(GLOBAL)

function(_approx_argument_names single multiple)
  set(${single}
    MODEL CALIBRATION PLAN PRESET TARGET FLASH_BUDGET RAM_BUDGET INPUT_LAYOUT INPUT_TYPE PIPELINE
    NAME OUTPUT_DIR SHARDS REPORT CPU CODE_SECTION CONST_SECTION WORKSPACE_SECTION PARENT_SCOPE)
  set(${multiple} COMPILE_OPTIONS DEPENDS PARENT_SCOPE)
endfunction()

# What is wrong ends the configuration. An empty argument is none.
function(_approx_check_arguments)
  if(arg_UNPARSED_ARGUMENTS)
    _approx_wrong("unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(arg_KEYWORDS_MISSING_VALUES)
    _approx_wrong("no value given for ${arg_KEYWORDS_MISSING_VALUES}")
  endif()
  if(NOT arg_MODEL)
    _approx_wrong("MODEL is missing")
  endif()
  if(NOT CMAKE_C_COMPILER_LOADED)
    _approx_wrong("the network becomes C; add C to the languages of project()")
  endif()
  _approx_check_values()
  _approx_check_combinations()
endfunction()

function(_approx_check_values)
  set(number "^[1-9][0-9]*$")
  set(size "^[1-9][0-9]*[KM]?$")
  set(section "^[A-Za-z0-9_.-]+$")
  _approx_check_each("a positive number" "${number}" SHARDS)
  _approx_check_each("a C identifier" "^[A-Za-z_][A-Za-z0-9_]*$" NAME)
  _approx_check_each("a number of bytes such as 65536, 64K or 1M" "${size}" FLASH_BUDGET RAM_BUDGET)
  _approx_check_each("exact, balanced or fast" "^(exact|balanced|fast)$" PRESET)
  _approx_check_each("nhwc or nchw" "^(nhwc|nchw)$" INPUT_LAYOUT)
  _approx_check_each("int8, uint8 or float32" "^(int8|uint8|float32)$" INPUT_TYPE)
  _approx_check_each("the name of a section such as .itcm" "${section}"
                     CODE_SECTION CONST_SECTION WORKSPACE_SECTION)
endfunction()

function(_approx_check_each what pattern)
  foreach(argument IN LISTS ARGN)
    set(value "${arg_${argument}}")
    if(NOT value STREQUAL "" AND NOT value MATCHES "${pattern}")
      _approx_wrong("${argument} is ${what}, not '${value}'")
    endif()
  endforeach()
endfunction()

function(_approx_check_combinations)
  set(options PLAN PRESET TARGET FLASH_BUDGET RAM_BUDGET INPUT_LAYOUT INPUT_TYPE)
  foreach(argument IN LISTS options)
    if(arg_PIPELINE AND arg_${argument})
      _approx_wrong("PIPELINE says all; ${argument} goes into it, as an option of its passes")
    endif()
  endforeach()
  if(arg_PLAN AND arg_PRESET)
    _approx_wrong("PLAN and PRESET both say what to leave out; name one of them")
  endif()
  # To gcc, a section either has code in it or data.
  if(arg_CODE_SECTION AND arg_CODE_SECTION STREQUAL arg_CONST_SECTION)
    _approx_wrong("CODE_SECTION and CONST_SECTION are both ${arg_CODE_SECTION}; call one of \
them something else, and put them side by side in the linker script")
  endif()
endfunction()

# Paths absolute, defaults in their places.
macro(_approx_complete_arguments)
  _approx_default(NAME "${target}")
  string(MAKE_C_IDENTIFIER "${arg_NAME}" arg_NAME)
  _approx_default(SHARDS 8)
  _approx_default(OUTPUT_DIR "${target}")
  _approx_input_paths(MODEL CALIBRATION PLAN)
  foreach(kind IN ITEMS OUTPUT_DIR REPORT)
    if(arg_${kind})
      get_filename_component(arg_${kind} "${arg_${kind}}" ABSOLUTE
                             BASE_DIR "${CMAKE_CURRENT_BINARY_DIR}")
    endif()
  endforeach()
  _approx_claim_output_dir()
endmacro()

macro(_approx_default argument value)
  if("${arg_${argument}}" STREQUAL "")
    set(arg_${argument} "${value}")
  endif()
endmacro()

# Of the user's files each is there now, or the build knows how to make it.
macro(_approx_input_paths)
  foreach(kind IN ITEMS ${ARGN})
    if(arg_${kind})
      get_filename_component(arg_${kind} "${arg_${kind}}" ABSOLUTE)
      get_source_file_property(is_made "${arg_${kind}}" GENERATED)
      if(NOT is_made AND NOT EXISTS "${arg_${kind}}")
        _approx_wrong("${kind}: no such file: ${arg_${kind}}")
      endif()
    endif()
  endforeach()
endmacro()

# The headers of the runtime are outputs of one network; two rules cannot make the same file.
function(_approx_claim_output_dir)
  get_property(owner GLOBAL PROPERTY "_approx_owner_of_${arg_OUTPUT_DIR}")
  if(owner)
    _approx_wrong("OUTPUT_DIR: ${arg_OUTPUT_DIR} is that of ${owner}; give each its own")
  endif()
  set_property(GLOBAL PROPERTY "_approx_owner_of_${arg_OUTPUT_DIR}" "${target}")
endfunction()

function(_approx_wrong text)
  message(FATAL_ERROR "add_approx_model(${target}): ${text}")
endfunction()
