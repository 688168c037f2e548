// Filling the window. See log_window.h.
#include "src/log/log_window.h"

#include <algorithm>

#include "ashlar/status_macros.h"
#include "src/base/check.h"

namespace ashlar::log {
namespace {

// Fits the processor's cache together with what becomes of it.
constexpr uint64_t kReadAhead = uint64_t{256} << 10;
constexpr size_t kAlignment = 64;

}  // namespace

absl::StatusOr<std::span<const std::byte>> LogWindow::View(uint64_t offset, uint64_t size) {
  ASHLAR_CHECK(offset <= file_bytes() && size <= file_bytes() - offset);
  const bool inside = offset >= offset_ && offset - offset_ <= bytes_.size() &&
                      size <= bytes_.size() - (offset - offset_);
  if (inside) return bytes_.subspan(offset - offset_, size);
  bytes_ = {};
  const uint64_t ahead = std::min(kReadAhead, written_bytes_ - std::min(offset, written_bytes_));
  const uint64_t wanted = std::max(size, ahead);
  if (buffer_.size() < wanted || (buffer_.size() > kReadAhead && wanted <= kReadAhead)) {
    buffer_ = io::AlignedBuffer();
    buffer_ = io::AlignedBuffer::Allocate(std::min(std::max(wanted, kReadAhead), file_bytes()),
                                          kAlignment);
    if (!buffer_.valid()) return absl::ResourceExhaustedError("no memory to read a commit log");
  }
  RETURN_IF_ERROR(file_->Read(offset, {buffer_.data(), wanted}));
  offset_ = offset;
  bytes_ = {buffer_.data(), wanted};
  return bytes_.first(size);
}

}  // namespace ashlar::log
