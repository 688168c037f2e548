// A process is told from the children that are forked from it.
#include "src/base/process.h"

#include <memory>

#include "gtest/gtest.h"
#include "src/base/executor.h"
#include "tests/testing/in_child.h"

namespace ashlar::base {
namespace {

using testkit::InChild;

TEST(ProcessMark, TellsChildrenFromTheirParent) {
  const ProcessMark parent;
  EXPECT_FALSE(parent.InChild());
  EXPECT_EQ(InChild([&] {
              const ProcessMark child;
              if (!parent.InChild() || child.InChild()) return 1;
              return InChild([&] { return parent.InChild() && child.InChild() ? 0 : 2; });
            }),
            0);
  EXPECT_FALSE(parent.InChild());
}

// Its threads are not there to be joined.
TEST(ProcessMark, APoolOfTheParentCanBeDestroyedInAChild) {
  auto pool = std::make_unique<LazyPool>(2);
  ASSERT_TRUE(pool->Start());
  EXPECT_EQ(InChild([&] {
              pool.reset();
              return 0;
            }),
            0);
}

}  // namespace
}  // namespace ashlar::base
