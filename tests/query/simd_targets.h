// Running a check once for every instruction set that this machine and this build have.
//
// Owns: switching the run-time dispatch to one target after the other, and back. Not thread-safe.
#ifndef ASHLAR_TESTS_QUERY_SIMD_TARGETS_H_
#define ASHLAR_TESTS_QUERY_SIMD_TARGETS_H_

#include <cstdint>

#include "gtest/gtest.h"
#include "hwy/highway.h"

namespace ashlar::query {

template <typename Check>
void ForEachSimdTarget(const Check& check) {
  const int64_t all = hwy::SupportedTargets() & HWY_TARGETS;
  ASSERT_NE(all, 0);
  for (int64_t left = all; left != 0; left &= left - 1) {
    const int64_t target = left & -left;
    SCOPED_TRACE(hwy::TargetName(static_cast<uint32_t>(target)));
    hwy::SetSupportedTargetsForTest(target);
    check();
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace ashlar::query

#endif  // ASHLAR_TESTS_QUERY_SIMD_TARGETS_H_
