// Comparing the answers of two sources.
#ifndef ASHLAR_TESTS_STORE_NEARLY_EQUAL_H_
#define ASHLAR_TESTS_STORE_NEARLY_EQUAL_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "ashlar/column.h"

namespace ashlar::testkit {

// Sums of doubles may differ in their last bits: they depend on how rows were divided.
inline bool NearlyEqual(const Column& a, const Column& b) {
  if (!(a.type() == b.type()) || a.length() != b.length()) return false;
  if (!a.type().is_floating()) return a.Equals(b);
  for (int64_t row = 0; row < a.length(); ++row) {
    if (a.IsNull(row) != b.IsNull(row)) return false;
    const double x = a.GetDouble(row);
    const double y = b.GetDouble(row);
    const bool same = x == y || (std::isnan(x) && std::isnan(y)) ||
                      std::abs(x - y) <= 1e-9 * std::max(std::abs(x), std::abs(y));
    if (!same) return false;
  }
  return true;
}

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_NEARLY_EQUAL_H_
