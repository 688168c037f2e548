// Copies of records; see the header.
#include "src/log/kept_records.h"

#include <algorithm>
#include <utility>

#include "src/base/check.h"

namespace ashlar::log {
namespace {

// Few records take little, and many take huge pages.
constexpr size_t kFirstPiece = size_t{16} << 10;
constexpr size_t kLargestPiece = size_t{2} << 20;

}  // namespace

std::byte* KeptRecords::Take(size_t bytes) {
  if (pieces_.empty() || bytes > pieces_.back().size() - used_) {
    const size_t wanted = pieces_.empty() ? kFirstPiece : 4 * pieces_.back().size();
    pieces_.push_back(io::ZeroedMemory::Allocate(std::max(bytes, std::min(wanted, kLargestPiece))));
    ASHLAR_CHECK(pieces_.back().valid());
    used_ = 0;
  }
  return pieces_.back().data() + std::exchange(used_, used_ + bytes);
}

void KeptRecords::Add(const LogRecord& record) {
  std::byte* const body = Take(record.body.size());
  std::ranges::copy(record.body, body);
  records_.push_back({record.sequence, record.kind, {body, record.body.size()}});
}

void KeptRecords::Erase(size_t begin, size_t end) {
  ASHLAR_CHECK(begin <= end && end <= records_.size());
  records_.erase(records_.begin() + static_cast<std::ptrdiff_t>(begin),
                 records_.begin() + static_cast<std::ptrdiff_t>(end));
  if (!records_.empty() || pieces_.empty()) return;
  pieces_.erase(pieces_.begin(), pieces_.end() - 1);  // the last one is the largest of most
  used_ = 0;
}

}  // namespace ashlar::log
