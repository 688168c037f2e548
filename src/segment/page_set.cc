// Page verification on first touch; see the header.
#include "src/segment/page_set.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/crc32c.h"
#include "src/base/strings.h"
#include "src/segment/format.h"
#include "src/segment/segment_tail.h"

namespace ashlar::segment {
namespace {

constexpr uint64_t kBits = 64;

}  // namespace

PageSet::PageSet(std::shared_ptr<io::ReadableFile> file, std::string name,
                 std::span<const std::byte> body, std::vector<uint32_t> crcs,
                 std::shared_ptr<ReadStats> stats, PageProof proof)
    : file_(std::move(file)),
      name_(std::move(name)),
      body_(body),
      crcs_(std::move(crcs)),
      stats_(std::move(stats)),
      proof_(proof),
      proven_((crcs_.size() + kBits - 1) / kBits) {
  ASHLAR_CHECK(crcs_.size() == PageCount(body_.size()));
}

bool PageSet::IsProven(uint64_t page) const {
  return (proven_[page / kBits].load(std::memory_order_acquire) >> (page % kBits) & 1) != 0;
}

std::span<const std::byte> PageSet::PageBytes(uint64_t page) const {
  const uint64_t offset = page * format::kPageBytes;
  return body_.subspan(offset, std::min<uint64_t>(format::kPageBytes, body_.size() - offset));
}

absl::Status PageSet::Prove(uint64_t offset, uint64_t size) {
  ASHLAR_CHECK(offset <= body_.size() && size <= body_.size() - offset);
  if (size == 0) return absl::OkStatus();
  const uint64_t end = (offset + size - 1) / format::kPageBytes + 1;
  for (uint64_t page = offset / format::kPageBytes; page < end;) {
    if (IsProven(page)) {
      ++page;
      continue;
    }
    uint64_t run = page + 1;
    while (run < end && !IsProven(run)) ++run;
    RETURN_IF_ERROR(ProvePages(page, run));
    page = run;
  }
  return absl::OkStatus();
}

// Populating first turns an unreadable page into a status, where touching it would be a signal.
absl::Status PageSet::ProvePages(uint64_t first, uint64_t end) {
  const uint64_t offset = first * format::kPageBytes;
  const uint64_t size = std::min<uint64_t>(end * format::kPageBytes, body_.size()) - offset;
  RETURN_IF_ERROR(file_->Populate(offset, size));
  for (uint64_t page = first; page < end; ++page) {
    stats_->pages_verified.fetch_add(1, std::memory_order_relaxed);
    if (proof_ == PageProof::kChecksums && base::Crc32c(PageBytes(page)) != crcs_[page]) {
      return absl::DataLossError(base::StrCat(name_, ": wrong checksum of page ", page,
                                              " at offset ", page * format::kPageBytes));
    }
    proven_[page / kBits].fetch_or(uint64_t{1} << (page % kBits), std::memory_order_release);
  }
  return absl::OkStatus();
}

void PageSet::ProveAll(std::vector<uint64_t>* bad_pages) {
  for (uint64_t page = 0; page < crcs_.size(); ++page) {
    if (ProvePages(page, page + 1).ok()) continue;
    proven_[page / kBits].fetch_and(~(uint64_t{1} << (page % kBits)), std::memory_order_release);
    bad_pages->push_back(page);
  }
}

}  // namespace ashlar::segment
