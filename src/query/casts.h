// Casts between scalar types.
//
// Owns: which casts exist, which may fail, and the value of each. Does not own: where casts are
// put (the binder). Text is read as the engine prints it; what does not fit is an error, never a
// wrapped or cut value, but for the fraction of a number that becomes an integer.
#ifndef ASHLAR_SRC_QUERY_CASTS_H_
#define ASHLAR_SRC_QUERY_CASTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "ashlar/types.h"
#include "src/query/datum.h"

namespace ashlar::query {

[[nodiscard]] bool CastExists(const DataType& from, const DataType& to);
// Whether the cast of some value fails.
[[nodiscard]] bool CastMayFail(const DataType& from, const DataType& to);

// The value as `to`, not null. Bytes are those of `value` or put into `storage`. OutOfRange when a
// number does not fit, InvalidArgument when bytes mean no value of the type.
[[nodiscard]] absl::StatusOr<Datum> CastDatum(const DataType& from, const DataType& to,
                                              const Datum& value, std::string* storage);

// Smallest and largest value of a type of physical kind kInt64, or largest of kUInt64.
struct SignedBounds {
  int64_t min = 0;
  int64_t max = 0;
};
[[nodiscard]] SignedBounds SignedBoundsOf(const DataType& type);
[[nodiscard]] uint64_t UnsignedMaxOf(const DataType& type);

// "2020-01-31T12:00:00Z", or a date alone, which means its midnight.
[[nodiscard]] std::optional<int64_t> TextToTimestamp(std::string_view text);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_CASTS_H_
