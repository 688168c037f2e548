// Hostile commits: decoding ends in operations that are sound, or in an error.
//
// The first byte chooses a schema, and whether what follows is a whole commit or the columns of one
// batch, whose rows are the next byte: their field ids and fingerprint are then put right, which
// hardly any input would get past otherwise.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/columnar/batch_codec.h"
#include "src/columnar/batch_fields.h"
#include "src/store/commit_record.h"
#include "tests/testing/hostile_schemas.h"

namespace ashlar::store {
namespace {

void CheckSound(const RecordBatch& batch) {
  ASHLAR_CHECK(batch.rows() <= base::kMaxCommitRows);
  for (const Column& column : batch.columns()) ASHLAR_CHECK_OK(column.Validate());
  // What was taken can be written, and is then taken again.
  const auto encoder = columnar::BatchEncoder::Make(batch);
  ASHLAR_CHECK_OK(encoder.status());
  base::ByteWriter out;
  encoder->Write(out);
  base::ByteReader in(out.bytes(), "again");
  const auto again = columnar::DecodeBatch(in, batch.schema(), columnar::AbsentFields::kAreLeftOut,
                                           base::kMaxCommitRows);
  ASHLAR_CHECK(again.ok() && again->Equals(batch));
}

void RunCommit(std::string_view bytes, const Schema& schema) {
  const auto commit = DecodeCommit(
      base::AsBytes(bytes), [&](uint64_t) { return schema; }, "fuzz");
  if (!commit.ok()) return;
  for (const DatasetOps& dataset : *commit) {
    for (const WriteOp& op : dataset.ops) CheckSound(op.batch);
  }
}

void RunColumns(std::string_view bytes, const Schema& schema) {
  if (bytes.empty()) return;
  base::ByteWriter whole;
  whole.PutVarint64(static_cast<uint8_t>(bytes.front()));
  const columnar::FieldOrder fields = columnar::FieldsById(schema);
  columnar::WriteFieldIds(schema, fields, whole);
  whole.PutU32(columnar::FieldsFingerprint(schema, fields));
  whole.PutBytes(base::AsBytes(bytes.substr(1)));
  base::ByteReader in(whole.bytes(), "fuzz");
  const auto batch =
      columnar::DecodeBatch(in, schema, columnar::AbsentFields::kBecomeNull, base::kMaxCommitRows);
  if (batch.ok()) CheckSound(*batch);
}

}  // namespace
}  // namespace ashlar::store

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static const std::vector<ashlar::Schema> schemas = ashlar::testkit::HostileSchemas();
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const ashlar::Schema& schema = schemas[data[0] / 2 % schemas.size()];
  if (data[0] % 2 == 0) {
    ashlar::store::RunCommit(bytes, schema);
  } else {
    ashlar::store::RunColumns(bytes, schema);
  }
  return 0;
}
