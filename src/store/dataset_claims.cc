// Counting the writers of each dataset.

#include "src/store/dataset_claims.h"

#include <utility>

#include "absl/strings/string_view.h"
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

absl::StatusOr<DatasetClaim> DatasetClaims::Claim(std::string_view dataset, bool exclusive) {
  DatasetClaim claim;
  {
    base::MutexLock lock(mutex_);
    auto holders = holders_.find(absl::string_view(dataset.data(), dataset.size()));
    if (holders == holders_.end()) holders = holders_.try_emplace(std::string(dataset)).first;
    if (holders->second.exclusive) return Conflict(dataset);
    ++holders->second.shared;
    claim.claims_ = this;
    claim.dataset_ = &holders->first;
  }
  if (exclusive) RETURN_IF_ERROR(claim.MakeExclusive());
  return claim;
}

absl::Status DatasetClaim::MakeExclusive() {
  ASHLAR_CHECK(claims_ != nullptr);
  if (exclusive_) return absl::OkStatus();
  base::MutexLock lock(claims_->mutex_);
  DatasetClaims::Holders& holders = claims_->holders_.at(*dataset_);
  ASHLAR_CHECK(holders.shared >= 1 && !holders.exclusive);
  if (holders.shared > 1) return Conflict(*dataset_);
  holders.exclusive = true;
  exclusive_ = true;
  return absl::OkStatus();
}

DatasetClaim::~DatasetClaim() {
  if (claims_ == nullptr) return;
  base::MutexLock lock(claims_->mutex_);
  const auto found = claims_->holders_.find(*dataset_);
  ASHLAR_CHECK(found != claims_->holders_.end() && found->second.shared >= 1);
  if (exclusive_) found->second.exclusive = false;
  if (--found->second.shared == 0) claims_->holders_.erase(found);
}

}  // namespace ashlar::store
