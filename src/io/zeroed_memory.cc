// Anonymous maps; see zeroed_memory.h.
#include "src/io/zeroed_memory.h"

#include <sys/mman.h>

#include <cstdint>

#include "src/base/check.h"

namespace ashlar::io {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

}  // namespace

ZeroedMemory ZeroedMemory::Allocate(size_t size) {
  ASHLAR_CHECK(size > 0);
  // Small pieces take no huge page, and need not begin at one.
  const size_t slack = size < kHugePage ? 0 : kHugePage;
  if (size > SIZE_MAX - slack) return {};
  ZeroedMemory memory;
  void* const map = ::mmap(nullptr, size + slack, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (map == MAP_FAILED) return memory;
  memory.map_ = map;
  memory.mapped_ = size + slack;
  memory.size_ = size;
  auto* const bytes = static_cast<std::byte*>(map);
  const auto address = reinterpret_cast<uintptr_t>(map);
  memory.data_ = slack == 0 ? bytes : bytes + (kHugePage - address % kHugePage) % kHugePage;
  // A wish: where the system has no huge pages, small ones do.
  if (slack != 0) (void)::madvise(memory.data_, size, MADV_HUGEPAGE);
  return memory;
}

ZeroedMemory::~ZeroedMemory() {
  if (map_ != nullptr) ASHLAR_CHECK(::munmap(map_, mapped_) == 0);
}

}  // namespace ashlar::io
