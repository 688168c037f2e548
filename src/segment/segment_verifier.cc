// Verification of one file, page by page and chunk by chunk; see the header.
#include "src/segment/segment_verifier.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/columnar/canonical.h"
#include "src/segment/chunk_resolver.h"
#include "src/segment/deep_checks.h"
#include "src/segment/format.h"
#include "src/segment/segment_writer.h"

namespace ashlar::segment {
namespace {

class Verifier {
 public:
  Verifier(const std::shared_ptr<SegmentFile>& file, const FileProvider& provider, bool deep,
           std::vector<Damage>* damages)
      : file_(file), provider_(provider), deep_(deep), damages_(damages) {}

  absl::Status Run() {
    RETURN_IF_ERROR(VerifyPages());
    for (uint32_t ordinal = 0; ordinal < file_->chunks().size(); ++ordinal) {
      const ChunkKind kind = file_->chunks()[ordinal].kind;
      const absl::Status status =
          kind == ChunkKind::kReference ? VerifyReference(ordinal) : VerifyChunk(ordinal);
      if (!status.ok()) LoseChunk(ordinal, std::string(status.message()));
    }
    const base::Digest digest =
        SegmentDigest(file_->schema(), file_->rows(), file_->chunks().Digests());
    if (digest != file_->digest()) Report(file_->body().size(), "the segment digest is wrong");
    if (deep_ && bad_pages_.empty()) {
      const std::optional<uint64_t> dirty = FindDirtyPadding(*file_);
      if (dirty.has_value()) Report(*dirty, "padding is not zero");
    }
    return absl::OkStatus();
  }

 private:
  absl::Status VerifyPages() {
    RETURN_IF_ERROR(file_->VerifyPages(&bad_pages_));
    for (const uint64_t page : bad_pages_) {
      const uint64_t offset = page * format::kPageBytes;
      const uint64_t size = std::min<uint64_t>(format::kPageBytes, file_->body().size() - offset);
      AppendDamagedChunks(*file_, offset, size, base::StrCat("page ", page, " is damaged"),
                          damages_);
    }
    return absl::OkStatus();
  }

  absl::Status VerifyReference(uint32_t ordinal) {
    return ResolveChunk(file_, ordinal, provider_).status();
  }

  // A chunk on a bad page was reported with the page.
  absl::Status VerifyChunk(uint32_t ordinal) {
    const ChunkEntry& entry = file_->chunks()[ordinal];
    std::vector<BufferRange> ranges;
    AppendBuffers(entry.root, &ranges);
    AppendZoneMaps(entry.root, &ranges);
    if (std::ranges::any_of(ranges, [this](const BufferRange& r) { return IsOnBadPage(r); })) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const Column column, ReadChunk({file_, ordinal}));
    const columnar::ColumnPiece piece{&column, 0, column.length()};
    ASSIGN_OR_RETURN(const base::Digest digest,
                     columnar::DigestOfPieces(column.type(), {&piece, 1}));
    if (digest != entry.digest) return absl::DataLossError("the chunk's digest is wrong");
    return deep_ ? VerifyDeeply(entry, column) : absl::OkStatus();
  }

  absl::Status VerifyDeeply(const ChunkEntry& entry, const Column& column) {
    RETURN_IF_ERROR(column.Validate());
    RETURN_IF_ERROR(CheckDictionaries(*column.data()));
    RETURN_IF_ERROR(CheckTrailingBits(*column.data()));
    const columnar::ColumnPiece piece{&column, 0, column.length()};
    ASSIGN_OR_RETURN(const Column canonical, columnar::MakeCanonical(column.type(), {&piece, 1}));
    return CheckZoneMaps(*file_, entry, canonical);
  }

  [[nodiscard]] bool IsOnBadPage(const BufferRange& range) const {
    return std::ranges::any_of(bad_pages_, [&range](uint64_t page) {
      const uint64_t offset = page * format::kPageBytes;
      return range.offset < offset + format::kPageBytes && offset < range.offset + range.size;
    });
  }

  void LoseChunk(uint32_t ordinal, std::string what) {
    std::vector<BufferRange> ranges;
    AppendBuffers(file_->chunks()[ordinal].root, &ranges);
    Damage damage{.file = file_->name(),
                  .offset = ranges.empty() ? 0 : ranges.front().offset,
                  .size = 0,
                  .chunk = ordinal,
                  .what = std::move(what),
                  .lost = {}};
    if (file_->rows() > 0) damage.lost.push_back({0, file_->rows()});
    damages_->push_back(std::move(damage));
  }

  void Report(uint64_t offset, std::string what) {
    damages_->push_back({.file = file_->name(),
                         .offset = offset,
                         .size = 0,
                         .chunk = std::nullopt,
                         .what = std::move(what),
                         .lost = {}});
  }

  const std::shared_ptr<SegmentFile>& file_;
  const FileProvider& provider_;
  const bool deep_;
  std::vector<Damage>* const damages_;
  std::vector<uint64_t> bad_pages_;
};

}  // namespace

absl::Status VerifySegment(const std::shared_ptr<SegmentFile>& file, const FileProvider& provider,
                           bool deep, std::vector<Damage>* damages) {
  return Verifier(file, provider, deep, damages).Run();
}

}  // namespace ashlar::segment
