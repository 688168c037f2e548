// Counting the writers of each dataset.

#include "src/store/dataset_claims.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"

namespace ashlar::store {
namespace {

absl::Status Conflict(std::string_view dataset) {
  return absl::AbortedError(base::StrCat("another transaction is writing dataset '",
                                         base::EscapeForTerminal(dataset), "'; try again"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<DatasetClaim>> DatasetClaims::Claim(std::string_view dataset,
                                                                   bool exclusive) {
  auto claim = std::make_unique<DatasetClaim>(nullptr, std::string(dataset));
  {
    base::MutexLock lock(mutex_);
    Holders& holders = holders_[claim->dataset_];
    if (holders.exclusive) return Conflict(dataset);
    ++holders.shared;
    claim->claims_ = shared_from_this();
  }
  if (exclusive) RETURN_IF_ERROR(claim->MakeExclusive());
  return claim;
}

absl::Status DatasetClaim::MakeExclusive() {
  ASHLAR_CHECK(claims_ != nullptr);
  if (exclusive_) return absl::OkStatus();
  base::MutexLock lock(claims_->mutex_);
  DatasetClaims::Holders& holders = claims_->holders_[dataset_];
  ASHLAR_CHECK(holders.shared >= 1 && !holders.exclusive);
  if (holders.shared > 1) return Conflict(dataset_);
  holders.exclusive = true;
  exclusive_ = true;
  return absl::OkStatus();
}

DatasetClaim::~DatasetClaim() {
  if (claims_ == nullptr) return;
  base::MutexLock lock(claims_->mutex_);
  const auto found = claims_->holders_.find(dataset_);
  ASHLAR_CHECK(found != claims_->holders_.end() && found->second.shared >= 1);
  if (exclusive_) found->second.exclusive = false;
  if (--found->second.shared == 0) claims_->holders_.erase(found);
}

}  // namespace ashlar::store
