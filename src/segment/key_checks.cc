// Proofs of key sections, and their comparison with what the rows' keys would give; see the header.
// Encoders are deterministic, so building the sections anew is the strongest check there is.
#include "src/segment/key_checks.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/strings.h"
#include "src/segment/key_sections.h"
#include "src/segment/key_views.h"

namespace ashlar::segment {
namespace {

class KeyVerifier {
 public:
  KeyVerifier(const std::shared_ptr<SegmentFile>& file, std::vector<Damage>* damages)
      : file_(file), damages_(damages) {}

  // Whether there is anything to prove.
  [[nodiscard]] bool CheckPresence(std::span<const uint32_t> key_chunks) {
    const KeyTable& table = file_->keys();
    if (table.empty()) {
      Report({file_->body().size(), 0}, std::string(MissingKeySections(*file_).message()));
      return false;
    }
    if (!std::ranges::equal(table.chunks, key_chunks)) {
      Report(table.sections.front().range, "the key sections are of other columns than the key's");
      return false;
    }
    return true;
  }

  // Sections that prove to be sound are compared with the keys later.
  absl::Status CheckAll() {
    for (const KeySection& section : file_->keys().sections) {
      const absl::Status stamp = CheckKeyStamp(*file_, section);
      if (!stamp.ok()) Report(section.range, std::string(stamp.message()));
      const absl::Status proof = ProveKeySection(*file_, section);
      if (!proof.ok() && !absl::IsDataLoss(proof)) return proof;
      if (!proof.ok()) {
        Report(section.range, std::string(proof.message()));
      } else {
        sound_.push_back(section);
      }
    }
    return absl::OkStatus();
  }

  void CompareWith(const RowKeys& row_keys) {
    const KeySections keys{
        .hashes = row_keys.hashes,
        .prefixes = row_keys.prefixes,
        .key_chunks = file_->keys().chunks,
        .hash_index = row_keys.hash_index || file_->keys().Find(KeySectionKind::kIndex) != nullptr};
    const absl::Status order = CheckKeySections(keys, file_->rows());
    if (!order.ok()) {
      return Report(file_->keys().sections.front().range,
                    base::StrCat("the rows' keys are not those of sections: ", order.message()));
    }
    const std::vector<KeySectionBytes> expected = BuildKeySections(keys);
    for (const KeySection& section : sound_) Compare(section, expected);
    for (const KeySectionBytes& section : expected) {
      if (file_->keys().Find(section.kind) != nullptr) continue;
      Report({file_->body().size(), 0}, base::StrCat("the ", NameOf(section.kind), " is missing"));
    }
  }

 private:
  void Compare(const KeySection& section, const std::vector<KeySectionBytes>& expected) {
    const auto same_kind = std::ranges::find(expected, section.kind, &KeySectionBytes::kind);
    if (same_kind == expected.end()) {
      return Report(section.range, "the key index is one that no writer makes");
    }
    const std::span<const std::byte> stored =
        file_->body().subspan(section.range.offset, section.range.size);
    const std::span<const std::byte> built = base::AsBytes(same_kind->bytes);
    const auto differs = std::ranges::mismatch(stored, built);
    if (differs.in1 == stored.end() && differs.in2 == built.end()) return;
    Report({section.range.offset + static_cast<uint64_t>(differs.in1 - stored.begin()), 0},
           base::StrCat("the ", NameOf(section.kind), " is not that of the rows' keys"));
  }

  void Report(const BufferRange& range, std::string what) {
    damages_->push_back({.file = file_->name(),
                         .offset = range.offset,
                         .size = range.size,
                         .chunk = std::nullopt,
                         .what = std::move(what),
                         .lost = {}});
  }

  const std::shared_ptr<SegmentFile>& file_;
  std::vector<Damage>* const damages_;
  std::vector<KeySection> sound_;
};

}  // namespace

absl::Status VerifyKeySections(const std::shared_ptr<SegmentFile>& file,
                               std::span<const uint32_t> key_chunks,
                               const RowKeysProvider& row_keys, std::vector<Damage>* damages) {
  KeyVerifier verifier(file, damages);
  if (!verifier.CheckPresence(key_chunks)) return absl::OkStatus();
  RETURN_IF_ERROR(verifier.CheckAll());
  if (!row_keys) return absl::OkStatus();
  const absl::StatusOr<RowKeys> keys = row_keys();
  if (absl::IsDataLoss(keys.status())) return absl::OkStatus();
  RETURN_IF_ERROR(keys.status());
  verifier.CompareWith(*keys);
  return absl::OkStatus();
}

}  // namespace ashlar::segment
