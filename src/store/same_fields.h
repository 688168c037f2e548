// Whether rows of two schemas can be compared value by value.
#ifndef ASHLAR_SRC_STORE_SAME_FIELDS_H_
#define ASHLAR_SRC_STORE_SAME_FIELDS_H_

#include <algorithm>

#include "ashlar/types.h"

namespace ashlar::store {

// The same ids, names and types, in the same order.
[[nodiscard]] inline bool SameFields(const Schema& a, const Schema& b) {
  return std::equal(a.fields().begin(), a.fields().end(), b.fields().begin(), b.fields().end(),
                    [](const Field& x, const Field& y) {
                      return x.id == y.id && x.name == y.name && x.type == y.type;
                    });
}

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_SAME_FIELDS_H_
