// Counting writes in and out; see the header.
#include "src/store/write_behind.h"

#include <utility>

namespace ashlar::store {

WriteBehind::~WriteBehind() { Settle().IgnoreError(); }

void WriteBehind::WaitUntilBelow(size_t in_flight) {
  while (in_flight_ >= in_flight) changed_.Wait(mutex_);
}

absl::Status WriteBehind::Start(std::function<absl::Status()> write) {
  {
    base::MutexLock lock(mutex_);
    WaitUntilBelow(kMaxInFlight);
    if (!failure_.ok()) return failure_;
    ++in_flight_;
  }
  executor_.Schedule([this, write = std::move(write)]() mutable {
    const absl::Status written = write();
    write = nullptr;  // what it holds goes while this one is still waited for
    base::MutexLock lock(mutex_);
    if (failure_.ok()) failure_ = written;
    --in_flight_;
    changed_.NotifyAll();
  });
  base::MutexLock lock(mutex_);
  return failure_;
}

absl::Status WriteBehind::Settle() {
  base::MutexLock lock(mutex_);
  WaitUntilBelow(1);
  return failure_;
}

}  // namespace ashlar::store
