// Digests of canonical form, without making it.
#include <string>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/columnar/canonical.h"
#include "src/columnar/canonical_emit.h"

namespace ashlar::columnar {
namespace {

class DigestSink final : public CanonicalSink {
 public:
  DigestSink(const DataType& type, int64_t rows) {
    const std::string text = type.ToString();
    builder_.Update(base::AsBytes(std::string_view("ashlar.chunk.1")));
    builder_.UpdateU64(text.size());
    builder_.Update(base::AsBytes(text));
    builder_.UpdateU64(static_cast<uint64_t>(rows));
  }

  void BeginNode(const DataType&, int64_t, int64_t nulls) override {
    builder_.UpdateU64(static_cast<uint64_t>(nulls));
  }
  void BeginBuffer(uint64_t size) override { builder_.UpdateU64(size); }
  void Append(std::span<const std::byte> bytes, const PinnedBytes*) override {
    builder_.Update(bytes);
  }
  void EndNode() override {}

  [[nodiscard]] base::Digest Finish() const { return builder_.Finish(); }

 private:
  base::DigestBuilder builder_;
};

}  // namespace

absl::StatusOr<base::Digest> DigestOfPieces(const DataType& type,
                                            std::span<const ColumnPiece> pieces) {
  for (const ColumnPiece& piece : pieces) ASHLAR_CHECK(piece.column->type() == type);
  const RunList runs = RunsOfPieces(pieces);
  DigestSink sink(type, runs.rows);
  RETURN_IF_ERROR(EmitCanonical(type, runs, sink));
  return sink.Finish();
}

base::Digest DigestOfCanonical(const Column& column) {
  const ColumnPiece piece{&column, 0, column.length()};
  const absl::StatusOr<base::Digest> digest = DigestOfPieces(column.type(), {&piece, 1});
  ASHLAR_CHECK_OK(digest.status());
  return *digest;
}

}  // namespace ashlar::columnar
