// Counting calls and deciding which one fails.
#include "tests/testing/fault_injector.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::testkit {

void FaultInjector::Arm(Fault fault) {
  ASHLAR_CHECK(fault.nth > 0 && !fault.status.ok());
  base::MutexLock lock(mutex_);
  fault_ = std::move(fault);
  matched_ = 0;
  hits_ = 0;
}

void FaultInjector::Disarm() {
  base::MutexLock lock(mutex_);
  fault_.reset();
}

void FaultInjector::SetByteBudget(std::optional<uint64_t> bytes) {
  base::MutexLock lock(mutex_);
  budget_ = bytes;
}

uint64_t FaultInjector::hits() const {
  base::MutexLock lock(mutex_);
  return hits_;
}

uint64_t FaultInjector::calls(CallSet set) const {
  base::MutexLock lock(mutex_);
  uint64_t total = 0;
  for (int kind = 0; kind < kKinds; ++kind) {
    if (set >> kind & 1) total += counts_[kind];
  }
  return total;
}

std::optional<Fault> FaultInjector::OnCall(CallSet call, std::string_view name) {
  ASHLAR_CHECK(std::has_single_bit(call) && call <= kAllCalls);
  base::MutexLock lock(mutex_);
  ++counts_[std::countr_zero(call)];
  if (!fault_.has_value() || (fault_->calls & call) == 0) return std::nullopt;
  ++matched_;
  if (matched_ < fault_->nth || (matched_ > fault_->nth && !fault_->forever)) return std::nullopt;
  ++hits_;
  Fault hit = *fault_;
  hit.status = absl::Status(hit.status.code(), base::StrCat(name, ": ", hit.status.message()));
  return hit;
}

uint64_t FaultInjector::TakeBytes(uint64_t wanted) {
  base::MutexLock lock(mutex_);
  if (!budget_.has_value()) return wanted;
  const uint64_t taken = std::min(wanted, *budget_);
  *budget_ -= taken;
  return taken;
}

void FaultInjector::GiveBackBytes(uint64_t bytes) {
  base::MutexLock lock(mutex_);
  if (budget_.has_value()) *budget_ += bytes;
}

}  // namespace ashlar::testkit
