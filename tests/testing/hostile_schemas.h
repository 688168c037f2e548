// The schemas under which the fuzz target of commits decodes what it is given.
//
// Owns: a few schemas that have every type between them. Does not own: the inputs
// (tests/fuzz/corpus/commit), which a test holds to today's format.
#ifndef ASHLAR_TESTS_TESTING_HOSTILE_SCHEMAS_H_
#define ASHLAR_TESTS_TESTING_HOSTILE_SCHEMAS_H_

#include <vector>

#include "ashlar/types.h"

namespace ashlar::testkit {

[[nodiscard]] inline std::vector<Schema> HostileSchemas() {
  return {Schema::Make({{"key", Int64(), false},
                        {"name", Utf8()},
                        {"flag", Bool()},
                        {"at", Timestamp()},
                        {"code", FixedSizeBinary(3)},
                        {"price", Float64()}})
              .value(),
          Schema::Make({{"key", Utf8(), false},
                        {"tags", List(Utf8())},
                        {"vector", Vector(3)},
                        {"place", Struct({{"x", Int32(), false}, {"names", List(Binary())}})},
                        {"deep", List(List(Struct({{"b", Bool()}, {"s", Utf8()}})))}})
              .value(),
          Schema::Make({{"small", Int8(), true, 3},
                        {"blob", Binary(), true, 2},
                        {"level", UInt16(), true, 9},
                        {"day", Date32(), true, 12},
                        {"weight", Float32(), true, 11}})
              .value()};
}

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_HOSTILE_SCHEMAS_H_
