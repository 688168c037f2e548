// KeyFilter: which values of a zone may still be among the best.
//
// Owns: comparing a zone's values with the bound of the k-th best at the speed of a scan. Does not
// own: the bound (top_k_sink.h).
#ifndef ASHLAR_SRC_QUERY_KEY_FILTER_H_
#define ASHLAR_SRC_QUERY_KEY_FILTER_H_

#include <cstdint>

#include "src/query/vector.h"

namespace ashlar::query {

// By order words (order_word.h), complemented when descending: a row may be among the best when its
// word is below, or when `inclusive` not above, that of the bound. No null row may.
struct KeyBound {
  bool known = false;  // else every row may
  bool inclusive = true;
  uint64_t word = 0;
};

// Clears the bits of rows that can not be among the best by their key in `values`. `rows` is the
// number of rows of the zone.
void KeepBetter(const Vector& values, int64_t rows, bool descending, const KeyBound& bound,
                Bits* selection);

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_KEY_FILTER_H_
