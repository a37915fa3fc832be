# What a network is compiled for, and what its kernels are chosen for, and that the two agree.

include_guard(GLOBAL)

# The targets of the compiler and their cores, as in compiler/mcu.py; the first is the default.
function(_approx_targets result)
  set(${result}
    stm32u5:cortex-m33 stm32l4:cortex-m4 stm32f4:cortex-m4 stm32f7:cortex-m7 stm32h7:cortex-m7
    stm32g0:cortex-m0plus PARENT_SCOPE)
endfunction()

# Options that compile for CPU, where the project's do not; sets TARGET where it is not given.
# Reads the arguments of add_approx_model() in the caller's scope.
function(_approx_core_options result)
  _approx_core_in_use(core)
  set(options "")
  if(arg_CPU AND NOT core)
    set(core "${arg_CPU}")
    set(options "-mcpu=${core}" -mthumb)
  endif()
  if(arg_CPU AND NOT arg_CPU STREQUAL core)
    _approx_wrong("CPU is ${arg_CPU}, but the project is compiled with -mcpu=${core}")
  endif()
  if(NOT arg_PIPELINE)
    _approx_target_for("${core}" chosen)
    set(arg_TARGET "${chosen}" PARENT_SCOPE)
  endif()
  set(${result} "${options}" PARENT_SCOPE)
endfunction()

# Empty where no option says it, as on a PC. The last option counts, as for gcc; these are in the
# order of its command line. Toolchain files have their say in CMAKE_C_FLAGS.
function(_approx_core_in_use result)
  get_directory_property(directory_options COMPILE_OPTIONS)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  set(flags ${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${type}} ${directory_options} ${arg_COMPILE_OPTIONS})
  string(REGEX MATCHALL "-mcpu=[A-Za-z0-9-]+" cores "${flags}")
  set(core "")
  if(cores)
    list(GET cores -1 core)
    string(REPLACE "-mcpu=" "" core "${core}")
  endif()
  set(${result} "${core}" PARENT_SCOPE)
endfunction()

# TARGET, or else the default or the only one with the core. Of a core that no target has, any that
# is named may be the nearest.
function(_approx_target_for core result)
  _approx_targets(all)
  set(fitting ${all})
  if(core)
    list(FILTER fitting INCLUDE REGEX ":${core}$")
  endif()
  if(arg_TARGET)
    _approx_check_target("${all}" "${fitting}")
    set(${result} "${arg_TARGET}" PARENT_SCOPE)
    return()
  endif()
  list(LENGTH fitting count)
  list(GET all 0 default)
  if(NOT default IN_LIST fitting AND NOT count EQUAL 1)
    _approx_ask_for_target("${all}" "${fitting}")
  endif()
  list(GET fitting 0 chosen)
  string(REGEX REPLACE ":.*" "" chosen "${chosen}")
  set(${result} "${chosen}" PARENT_SCOPE)
endfunction()

function(_approx_check_target all fitting)
  set(named ${all})
  list(FILTER named INCLUDE REGEX "^${arg_TARGET}:")
  if(NOT named)
    _approx_listed("${all}" there_are)
    _approx_wrong("there is no TARGET ${arg_TARGET}; there are ${there_are}")
  endif()
  if(fitting AND NOT named IN_LIST fitting)
    _approx_listed("${named}" facts)
    _approx_listed("${fitting}" there_are)
    _approx_wrong("TARGET is ${facts}, but the project is compiled with -mcpu=${core}: \
${there_are}")
  endif()
endfunction()

function(_approx_ask_for_target all fitting)
  if(fitting)
    _approx_listed("${fitting}" there_are)
    _approx_wrong("TARGET is missing; with -mcpu=${core} there are ${there_are}")
  endif()
  _approx_listed("${all}" there_are)
  _approx_wrong("TARGET is missing, and none has -mcpu=${core}; name the nearest: ${there_are}")
endfunction()

# stm32u5 (cortex-m33), stm32l4 (cortex-m4)
function(_approx_listed targets result)
  list(TRANSFORM targets REPLACE "(.*):(.*)" "\\1 (\\2)")
  list(JOIN targets ", " text)
  set(${result} "${text}" PARENT_SCOPE)
endfunction()
