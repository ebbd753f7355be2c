# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
#
# How Eigen and Boost.Math are found; read by our own build and, for Eigen, by find_package(childwell).

# Eigen as CMake knows it, else the header wheel cmeel-eigen: that one lies in <site-packages>/cmeel.prefix, which
# find_package does not look into by itself.
macro(childwell_find_eigen)
  if(NOT TARGET Eigen3::Eigen)
    find_package(Eigen3 3.4 QUIET NO_MODULE)
    if(NOT TARGET Eigen3::Eigen)
      find_package(Eigen3 5 QUIET NO_MODULE)
    endif()
    if(NOT TARGET Eigen3::Eigen)
      set(childwell_eigen_prefixes ${CMAKE_PREFIX_PATH})
      list(TRANSFORM childwell_eigen_prefixes APPEND "/cmeel.prefix")
      find_package(Eigen3 3.4 QUIET NO_MODULE PATHS ${childwell_eigen_prefixes}
                   "${CMAKE_CURRENT_LIST_DIR}/../../../../cmeel.prefix" NO_DEFAULT_PATH)
      unset(childwell_eigen_prefixes)
    endif()
  endif()
  if(NOT TARGET Eigen3::Eigen AND "${ARGV0}" STREQUAL "REQUIRED")
    message(FATAL_ERROR
      "childwell: Eigen 3.4 was not found. Either\n"
      "  apt-get install libeigen3-dev libboost-dev\n"
      "or\n"
      "  pip install cmeel-eigen boost-headers\n"
      "and configure with -DCMAKE_PREFIX_PATH=<that environment's site-packages>; 'pip install .' does the latter by itself.")
  endif()
endmacro()

# Where Boost.Math's headers lie and what they need defined. FindBoost is not used: header wheels have no BoostConfig.
function(childwell_find_boost_math include_variable definitions_variable)
  set(hints "")
  foreach(prefix IN LISTS CMAKE_PREFIX_PATH)
    list(APPEND hints "${prefix}/boost_headers/include")
  endforeach()
  find_path(CHILDWELL_BOOST_INCLUDE_DIR boost/math/special_functions/erf.hpp HINTS ${Boost_INCLUDE_DIR} PATHS ${hints})
  if(NOT CHILDWELL_BOOST_INCLUDE_DIR)
    find_package(Python3 QUIET COMPONENTS Interpreter)
    if(Python3_FOUND)
      execute_process(COMMAND "${Python3_EXECUTABLE}" -c "import boost_headers; print(boost_headers.get_include())"
        OUTPUT_VARIABLE wheel_include OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
      find_path(CHILDWELL_BOOST_INCLUDE_DIR boost/math/special_functions/erf.hpp PATHS "${wheel_include}" NO_DEFAULT_PATH)
    endif()
  endif()
  if(NOT CHILDWELL_BOOST_INCLUDE_DIR)
    message(FATAL_ERROR
      "childwell: the headers of Boost.Math (1.74 or later) were not found. Either\n"
      "  apt-get install libboost-dev libeigen3-dev\n"
      "or\n"
      "  pip install boost-headers cmeel-eigen\n"
      "and configure with -DCMAKE_PREFIX_PATH=<that environment's site-packages>; 'pip install .' does the latter by itself.")
  endif()
  file(STRINGS "${CHILDWELL_BOOST_INCLUDE_DIR}/boost/version.hpp" version_line REGEX "#define BOOST_VERSION +[0-9]+")
  string(REGEX MATCH "[0-9]+$" boost_version "${version_line}")
  set(definitions "")
  if(boost_version GREATER_EQUAL 107700)  # the first release whose Math stands alone
    set(definitions BOOST_MATH_STANDALONE=1)
  endif()
  set(${include_variable} "${CHILDWELL_BOOST_INCLUDE_DIR}" PARENT_SCOPE)
  set(${definitions_variable} ${definitions} PARENT_SCOPE)
endfunction()
