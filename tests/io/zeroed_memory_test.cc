// ZeroedMemory: zeros, alignment, moves, and more than the system has.
#include "src/io/zeroed_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace ashlar::io {
namespace {

TEST(ZeroedMemory, IsZeroAndAligned) {
  for (const size_t size : {size_t{1}, size_t{5000}, size_t{2} << 20, (size_t{5} << 20) + 7}) {
    ZeroedMemory memory = ZeroedMemory::Allocate(size);
    ASSERT_TRUE(memory.valid());
    EXPECT_EQ(memory.size(), size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory.data()) % 4096, 0u);
    EXPECT_TRUE(std::all_of(memory.data(), memory.data() + size,
                            [](std::byte byte) { return byte == std::byte{0}; }));
    memory.data()[size - 1] = std::byte{1};
    const ZeroedMemory moved = std::move(memory);
    EXPECT_EQ(moved.data()[size - 1], std::byte{1});
  }
}

TEST(ZeroedMemory, SaysWhenThereIsNone) {
  EXPECT_FALSE(ZeroedMemory().valid());
  EXPECT_FALSE(ZeroedMemory::Allocate(SIZE_MAX).valid());
  EXPECT_FALSE(ZeroedMemory::Allocate(SIZE_MAX / 2).valid());
}

}  // namespace
}  // namespace ashlar::io
