// QueryControl: why a query should stop before its end.
//
// Owns: the cancellation token and the deadline. Does not own: errors of tasks or cleaning up.
// Asked once a zone, so it costs a load or two; the clock is read only where there is a deadline.
// Thread-safe.
#ifndef ASHLAR_SRC_QUERY_CONTROL_H_
#define ASHLAR_SRC_QUERY_CONTROL_H_

#include <chrono>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "ashlar/query.h"
#include "src/base/clock.h"
#include "src/base/strings.h"

namespace ashlar::query {

class QueryControl {
 public:
  QueryControl(const QueryOptions& options, base::Clock& clock)
      : cancellation_(options.cancellation), clock_(clock), timeout_(options.timeout) {
    if (timeout_.has_value()) deadline_ = clock_.Monotonic() + *timeout_;
  }

  // Cancelled or DeadlineExceeded, or OK.
  [[nodiscard]] absl::Status Check() const {
    if (cancellation_ != nullptr && cancellation_->cancelled()) [[unlikely]] {
      return absl::CancelledError("the query was cancelled");
    }
    if (timeout_.has_value() && clock_.Monotonic() > deadline_) [[unlikely]] {
      return absl::DeadlineExceededError(
          base::StrCat("the query ran longer than its ", timeout_->count(), " us"));
    }
    return absl::OkStatus();
  }

 private:
  const std::shared_ptr<const CancellationToken> cancellation_;
  base::Clock& clock_;
  const std::optional<std::chrono::microseconds> timeout_;
  std::chrono::nanoseconds deadline_{};
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_CONTROL_H_
