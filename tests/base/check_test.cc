// Checks stop the process and say where; passing checks evaluate their expression once.
#include "src/base/check.h"

#include <gtest/gtest.h>

#include "absl/status/status.h"

namespace ashlar::base {
namespace {

TEST(Check, PassesOnceEvaluated) {
  int evaluations = 0;
  ASHLAR_CHECK(++evaluations == 1);
  ASHLAR_CHECK_OK((++evaluations, absl::OkStatus()));
  EXPECT_EQ(evaluations, 2);
}

TEST(CheckDeathTest, NamesFileAndExpression) {
  const int rows = 3;
  EXPECT_DEATH(ASHLAR_CHECK(rows == 4), "check_test.cc:[0-9]+: check failed: rows == 4");
}

TEST(CheckDeathTest, ShowsTheStatus) {
  EXPECT_DEATH(ASHLAR_CHECK_OK(absl::DataLossError("page 7")), "DATA_LOSS: page 7");
}

}  // namespace
}  // namespace ashlar::base
