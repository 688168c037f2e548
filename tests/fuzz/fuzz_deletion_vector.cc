// Hostile deletion vectors: refused with an error, or exactly the bytes that the encoder writes for
// the rows that they hold.
//
// The first four bytes are the rows of the segment, the rest is the body.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/bytes.h"
#include "src/base/coding.h"
#include "src/manifest/deletion_vector.h"

namespace ashlar::manifest {
namespace {

void Expect(bool condition) {
  if (!condition) std::abort();
}

void RunOne(uint32_t rows, const std::shared_ptr<const std::string>& body) {
  base::ByteReader in(base::AsBytes(*body), "x");
  const uint64_t cardinality = ProveDeadBlocks(rows, in);
  Expect(in.ok() == (cardinality > 0));
  if (!in.ok()) return;
  const auto vector = DeletionVector::FromProven(rows, cardinality, {base::AsBytes(*body), body});
  const std::vector<uint32_t> dead = vector->Rows();
  Expect(dead.size() == cardinality && dead.back() < rows);
  base::ByteWriter out;
  DeletionVector::Make(rows, dead)->EncodeBody(out);
  Expect(base::AsStringView(out.bytes()) == *body);
  Expect(vector->Contains(dead.front()) && vector->CountIn(0, rows) == cardinality);
  const uint32_t bit = dead.back() % base::kZoneRows;
  const auto mask = vector->ZoneMask(dead.back() / base::kZoneRows);
  Expect((mask[bit / 64] >> (bit % 64) & 1) == 0);
}

}  // namespace
}  // namespace ashlar::manifest

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < sizeof(uint32_t)) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto rows = ashlar::base::LoadLittle<uint32_t>(ashlar::base::AsBytes(input).data());
  ashlar::manifest::RunOne(rows,
                           std::make_shared<const std::string>(input.substr(sizeof(uint32_t))));
  return 0;
}
