// The explanation of a MANIFEST's bytes, for people and for `ashlar dump manifest`.
//
// Owns: naming every byte: offset, hexadecimal, meaning. Does not own: judging values; damaged
// files are explained as far as they go, and what is wrong becomes a note of its own.
#ifndef ASHLAR_SRC_MANIFEST_MANIFEST_DUMP_H_
#define ASHLAR_SRC_MANIFEST_MANIFEST_DUMP_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/manifest/field_reader.h"

namespace ashlar::manifest {

// Notes in the order of the file, without gaps as long as it is whole. A note without bytes tells a
// problem at its offset.
[[nodiscard]] std::vector<FieldNote> ExplainManifest(std::span<const std::byte> file,
                                                     std::string_view name);

// One line a note: "00000040  0f 00 …  name = value"; long values in several lines of hexadecimal.
[[nodiscard]] std::string DumpManifestText(std::span<const std::byte> file, std::string_view name);
// {"file":…,"bytes":…,"fields":[{"offset":…,"size":…,"name":…,"value":…},…]} and a newline.
[[nodiscard]] std::string DumpManifestJson(std::span<const std::byte> file, std::string_view name);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_MANIFEST_DUMP_H_
