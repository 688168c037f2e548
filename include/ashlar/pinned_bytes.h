// PinnedBytes: a range of immutable bytes together with a share of whatever keeps them alive.
//
// Owns: the lifetime rule of every zero-copy view. A view stays valid after the snapshot, the
// transaction, the dataset and the store handle are gone, and after its file was unlinked; it may
// be copied, sliced and dropped on any thread. Does not own: statistics; whoever makes the owner
// counts it.
#ifndef ASHLAR_PINNED_BYTES_H_
#define ASHLAR_PINNED_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ashlar {

// Thread-safe to share: the bytes never change and the owner's count is atomic.
class PinnedBytes {
 public:
  PinnedBytes() = default;
  PinnedBytes(std::shared_ptr<const void> owner, std::span<const std::byte> bytes)
      : owner_(std::move(owner)), bytes_(bytes) {}

  [[nodiscard]] const std::byte* data() const { return bytes_.data(); }
  [[nodiscard]] size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  [[nodiscard]] const std::shared_ptr<const void>& owner() const { return owner_; }

  // O(1): the slice shares the owner. OutOfRange when [offset, offset + size) is not inside.
  [[nodiscard]] absl::StatusOr<PinnedBytes> Slice(uint64_t offset, uint64_t size) const {
    if (offset > bytes_.size() || size > bytes_.size() - offset) {
      return absl::OutOfRangeError("slice outside of pinned bytes");
    }
    return PinnedBytes(owner_, bytes_.subspan(offset, size));
  }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> bytes_;
};

}  // namespace ashlar

#endif  // ASHLAR_PINNED_BYTES_H_
