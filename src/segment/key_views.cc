// From sections to proven views; see the header.
#include "src/segment/key_views.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/crc32c.h"
#include "src/base/strings.h"

namespace ashlar::segment {
namespace {

constexpr std::string_view kRepair =
    "; `ashlar compact --rebuild-index` or `ashlar repair` rebuilds it";

absl::Status Broken(const SegmentFile& file, const KeySection& section, std::string_view what) {
  return absl::DataLossError(base::StrCat(file.name(), ": the ", NameOf(section.kind), " ", what,
                                          " at offset ", section.range.offset, kRepair));
}

std::span<const std::byte> BytesOf(const SegmentFile& file, const KeySection& section) {
  return file.body().subspan(section.range.offset, section.range.size);
}

absl::Status ProveStructure(const SegmentFile& file, const KeySection& section) {
  const std::span<const std::byte> bytes = BytesOf(file, section);
  switch (section.kind) {
    case KeySectionKind::kFilter:
      return KeyFilter::Make(bytes, file.rows()).status();
    case KeySectionKind::kFences: {
      ASSIGN_OR_RETURN(const KeyFences fences, KeyFences::Make(bytes, file.rows()));
      return fences.Prove();
    }
    case KeySectionKind::kIndex: {
      ASSIGN_OR_RETURN(const KeyHashIndex index, KeyHashIndex::Make(bytes, file.rows()));
      return index.Prove();
    }
  }
  ASHLAR_CHECK(false);
}

}  // namespace

absl::Status CheckKeyStamp(const SegmentFile& file, const KeySection& section) {
  if (section.stamp == KeyStamp(file.chunks(), file.keys().chunks)) return absl::OkStatus();
  return Broken(file, section, "is stale: its stamp is not that of the key's columns,");
}

absl::Status ProveKeySection(SegmentFile& file, const KeySection& section) {
  const absl::Status pages = file.Prove(section.range.offset, section.range.size);
  if (absl::IsDataLoss(pages)) {
    return Broken(file, section, base::StrCat("is damaged (", pages.message(), ")"));
  }
  RETURN_IF_ERROR(pages);
  if (base::Crc32c(BytesOf(file, section)) != section.crc) {
    return Broken(file, section, "has a wrong checksum");
  }
  const absl::Status structure = ProveStructure(file, section);
  if (structure.ok()) return structure;
  return Broken(file, section, base::StrCat("is malformed (", structure.message(), ")"));
}

absl::Status MissingKeySections(const SegmentFile& file) {
  return absl::DataLossError(
      base::StrCat(file.name(), ": the key filter and the key fences are missing at offset ",
                   file.body().size(), kRepair));
}

absl::StatusOr<KeyViews> OpenKeyViews(const std::shared_ptr<SegmentFile>& file) {
  ASHLAR_CHECK(file != nullptr);
  if (file->keys().empty()) return MissingKeySections(*file);
  if (!file->AreKeysProven()) {
    for (const KeySection& section : file->keys().sections) {
      RETURN_IF_ERROR(CheckKeyStamp(*file, section));
      RETURN_IF_ERROR(ProveKeySection(*file, section));
    }
    file->SetKeysProven();
  }
  KeyViews views;
  views.file = file;
  for (const KeySection& section : file->keys().sections) {
    const std::span<const std::byte> bytes = BytesOf(*file, section);
    if (section.kind == KeySectionKind::kFilter) {
      ASSIGN_OR_RETURN(views.filter, KeyFilter::Make(bytes, file->rows()));
    } else if (section.kind == KeySectionKind::kFences) {
      ASSIGN_OR_RETURN(views.fences, KeyFences::Make(bytes, file->rows()));
    } else {
      ASSIGN_OR_RETURN(views.index, KeyHashIndex::Make(bytes, file->rows()));
    }
  }
  return views;
}

}  // namespace ashlar::segment
