// Finds the bytes of a block that mean something in CSV: comma, quote and line feed.
//
// Owns: the vector code of the CSV scanner. Does not own: their meaning. SSE2 is part of every
// x86-64; elsewhere the compiler vectorises the plain loop as well as it can.
#ifndef ASHLAR_TOOLS_IMPORT_CSV_SPECIALS_H_
#define ASHLAR_TOOLS_IMPORT_CSV_SPECIALS_H_

#include <cstddef>
#include <cstdint>

namespace ashlar::tools {

// Writes the offsets of the special bytes of data[begin, end), ascending, to `out` (room for
// end - begin of them) and returns how many; sets `non_ascii` when any byte of the range has its
// top bit set. Reads up to 63 bytes past `end`.
size_t IndexCsvSpecials(const char* data, size_t begin, size_t end, uint32_t* out, bool* non_ascii);

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_IMPORT_CSV_SPECIALS_H_
