// Probing a chunk; see the header.

#include "src/store/column_salvage.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/columnar/canonical.h"
#include "src/columnar/required_fields.h"
#include "src/segment/chunk_resolver.h"
#include "src/segment/segment_salvage.h"
#include "src/store/readable_manifest.h"

namespace ashlar::store {
namespace {

using segment::RowRange;
using segment::SegmentFile;

// A page that is intact may still hold what no writer of ours wrote.
absl::Status CheckValues(const Field& field, const Column& column) {
  if (const absl::Status valid = column.Validate(); !valid.ok()) {
    return absl::DataLossError(std::string(valid.message()));
  }
  if (columnar::FindForbiddenNull(field, column).has_value()) {
    return absl::DataLossError("a required value is null");
  }
  return absl::OkStatus();
}

class ColumnProber {
 public:
  ColumnProber(const std::shared_ptr<SegmentFile>& file, const segment::FileProvider& provider,
               const Field& field)
      : file_(file), provider_(provider), field_(field) {}

  absl::StatusOr<LostRows> Run() && {
    if (file_->rows() == 0) return std::move(lost_);
    const absl::Status whole = CheckWhole();
    if (whole.ok()) return std::move(lost_);
    RETURN_IF_ERROR(Learn(whole));
    // Without any row, a read needs the dictionaries alone, which all rows need.
    const absl::Status dictionaries = Probe({0, 0});
    if (digest_is_wrong_ || !dictionaries.ok()) {
      RETURN_IF_ERROR(Learn(dictionaries));
      Lose({0, file_->rows()});
      return std::move(lost_);
    }
    for (uint64_t first = 0; first < file_->rows(); first += kSalvageRows) {
      RETURN_IF_ERROR(Search({first, std::min(kSalvageRows, file_->rows() - first)}));
    }
    return std::move(lost_);
  }

 private:
  absl::Status CheckWhole() {
    ASSIGN_OR_RETURN(const Column column,
                     segment::SegmentReader(file_, provider_).ReadColumn(field_));
    RETURN_IF_ERROR(CheckValues(field_, column));
    ASSIGN_OR_RETURN(const std::optional<uint32_t> ordinal, segment::FindChunk(*file_, field_));
    if (!ordinal.has_value()) return absl::OkStatus();
    const columnar::ColumnPiece piece{&column, 0, column.length()};
    ASSIGN_OR_RETURN(const base::Digest digest, columnar::DigestOfPieces(field_.type, {&piece, 1}));
    digest_is_wrong_ = digest != file_->chunks()[*ordinal].digest;
    if (!digest_is_wrong_) return absl::OkStatus();
    return absl::DataLossError(base::StrCat(file_->name(), ": the chunk's digest is wrong"));
  }

  absl::Status Probe(RowRange range) {
    ASSIGN_OR_RETURN(const Column column,
                     segment::ReadColumnRows(file_, provider_, field_, range.first, range.rows));
    return CheckValues(field_, column);
  }

  absl::Status Search(RowRange range) {
    const absl::Status probed = Probe(range);
    if (probed.ok()) return absl::OkStatus();
    RETURN_IF_ERROR(Learn(probed));
    if (range.rows == 1) {
      Lose(range);
      return absl::OkStatus();
    }
    const uint64_t half = range.rows / 2;
    RETURN_IF_ERROR(Search({range.first, half}));
    return Search({range.first + half, range.rows - half});
  }

  // Keeps the first reason; passes on what is no damage.
  absl::Status Learn(const absl::Status& status) {
    if (status.ok()) return status;
    if (!IsDamage(status)) return status;
    if (lost_.why.empty()) lost_.why = std::string(status.message());
    return absl::OkStatus();
  }

  void Lose(RowRange range) {
    if (!lost_.ranges.empty()) {
      RowRange& last = lost_.ranges.back();
      if (last.first + last.rows == range.first) {
        last.rows += range.rows;
        return;
      }
    }
    lost_.ranges.push_back(range);
  }

  const std::shared_ptr<SegmentFile>& file_;
  const segment::FileProvider& provider_;
  const Field& field_;
  bool digest_is_wrong_ = false;
  LostRows lost_;
};

}  // namespace

absl::StatusOr<LostRows> FindLostRows(const std::shared_ptr<SegmentFile>& file,
                                      const segment::FileProvider& provider, const Field& field) {
  return ColumnProber(file, provider, field).Run();
}

}  // namespace ashlar::store
