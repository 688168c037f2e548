// Gathering, padding and checksums; see the header.
#include "src/segment/body_writer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/crc32c.h"
#include "src/base/strings.h"
#include "src/segment/format.h"

namespace ashlar::segment {

BodyWriter::BodyWriter(std::shared_ptr<io::BufferPool> buffers) : pool_(std::move(buffers)) {
  ASHLAR_CHECK(pool_ != nullptr);
}

absl::Status BodyWriter::AppendAligned(std::span<const std::byte> bytes) {
  if (bytes.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(Pad());
  AddToPages(bytes);
  return Append(bytes);
}

absl::StatusOr<std::vector<uint32_t>> BodyWriter::FinishBody() {
  RETURN_IF_ERROR(Pad());
  if (position_ > base::kMaxSegmentBytes) {
    return absl::InvalidArgumentError(base::StrCat("a segment cannot have ", position_, " bytes"));
  }
  return std::move(page_crcs_);
}

absl::Status BodyWriter::AppendTail(std::span<const std::byte> bytes) { return Append(bytes); }

absl::Status BodyWriter::WriteTo(io::WritableFile& file) {
  ASHLAR_CHECK(file.size() == 0);
  uint64_t left = position_;
  for (io::BufferPool::Loan& buffer : buffers_) {
    const io::BufferPool::Loan full = std::move(buffer);
    const size_t size = std::min<uint64_t>(left, full.size());
    RETURN_IF_ERROR(file.Append({full.data(), size}));
    left -= size;
  }
  ASHLAR_CHECK(left == 0);
  buffers_.clear();
  return absl::OkStatus();
}

absl::Status BodyWriter::Pad() {
  static constexpr std::byte kZeros[format::kAlignment] = {};
  const uint64_t missing = base::AlignUp(position_, format::kAlignment) - position_;
  const std::span<const std::byte> padding = std::span(kZeros).first(missing);
  AddToPages(padding);
  return Append(padding);
}

absl::Status BodyWriter::Append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const size_t used = position_ % pool_->buffer_size();
    if (used == 0) {
      ASSIGN_OR_RETURN(io::BufferPool::Loan buffer, pool_->Borrow());
      buffers_.push_back(std::move(buffer));
    }
    const size_t piece = std::min(bytes.size(), pool_->buffer_size() - used);
    std::memcpy(buffers_.back().data() + used, bytes.data(), piece);
    position_ += piece;
    bytes = bytes.subspan(piece);
  }
  return absl::OkStatus();
}

void BodyWriter::AddToPages(std::span<const std::byte> bytes) {
  uint64_t in_page = position_ % format::kPageBytes;
  while (!bytes.empty()) {
    if (in_page == 0) page_crcs_.push_back(0);
    const size_t piece = std::min<uint64_t>(bytes.size(), format::kPageBytes - in_page);
    page_crcs_.back() = base::Crc32cExtend(page_crcs_.back(), bytes.first(piece));
    bytes = bytes.subspan(piece);
    in_page = (in_page + piece) % format::kPageBytes;
  }
}

}  // namespace ashlar::segment
