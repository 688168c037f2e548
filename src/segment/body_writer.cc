// Aligned, checksummed appends; see the header.
#include "src/segment/body_writer.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/crc32c.h"
#include "src/base/strings.h"
#include "src/segment/format.h"

namespace ashlar::segment {
namespace {

// Pieces are gathered up to this size; larger ones are written from where they lie.
constexpr size_t kGatherBytes = size_t{256} << 10;

}  // namespace

BodyWriter::BodyWriter(std::unique_ptr<io::WritableFile> file) : file_(std::move(file)) {
  ASHLAR_CHECK(file_ != nullptr && file_->size() == 0);
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

absl::Status BodyWriter::AppendTail(std::span<const std::byte> bytes) {
  RETURN_IF_ERROR(Append(bytes));
  return Flush();
}

absl::Status BodyWriter::SyncAndClose() {
  RETURN_IF_ERROR(Flush());
  RETURN_IF_ERROR(file_->Sync());
  return file_->Close();
}

absl::Status BodyWriter::Pad() {
  static constexpr std::byte kZeros[format::kAlignment] = {};
  const uint64_t missing = base::AlignUp(position_, format::kAlignment) - position_;
  const std::span<const std::byte> padding = std::span(kZeros).first(missing);
  AddToPages(padding);
  return Append(padding);
}

absl::Status BodyWriter::Append(std::span<const std::byte> bytes) {
  position_ += bytes.size();
  if (gathered_.size() + bytes.size() > kGatherBytes) RETURN_IF_ERROR(Flush());
  if (bytes.size() > kGatherBytes) return file_->Append(bytes);
  gathered_ += base::AsStringView(bytes);
  return absl::OkStatus();
}

absl::Status BodyWriter::Flush() {
  if (gathered_.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(file_->Append(base::AsBytes(gathered_)));
  gathered_.clear();
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
