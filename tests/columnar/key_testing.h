// Random keys of every type, as values and as columns in every encoding.
//
// Owns: inputs for the tests of keys. Does not own: expectations.
#ifndef ASHLAR_TESTS_COLUMNAR_KEY_TESTING_H_
#define ASHLAR_TESTS_COLUMNAR_KEY_TESTING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ashlar/column.h"
#include "ashlar/key.h"
#include "src/base/random.h"
#include "src/columnar/key_codec.h"

namespace ashlar::columnar {

// Every type that a key field may have.
[[nodiscard]] std::vector<DataType> KeyTypes();
// Schemas of one to four key fields "k0", "k1", …: each type alone, then mixtures.
[[nodiscard]] std::vector<std::vector<DataType>> KeyShapes();
[[nodiscard]] KeyCodec CodecFor(const std::vector<DataType>& types);

// Small domains and extremes, so that equal and neighbouring values are common.
[[nodiscard]] Key RandomPart(const DataType& type, base::Random& random);
[[nodiscard]] Key RandomKey(const std::vector<DataType>& types, base::Random& random);

// One column a part, plain.
[[nodiscard]] std::vector<Column> KeyColumns(const std::vector<DataType>& types,
                                             const std::vector<Key>& keys);

}  // namespace ashlar::columnar

#endif  // ASHLAR_TESTS_COLUMNAR_KEY_TESTING_H_
