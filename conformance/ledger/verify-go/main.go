// Command verify-go verifies a log that Ward published, independently of Ward's code: only with Go's sumdb/note and
// sumdb/tlog and the C2SP specifications (signed-note, tlog-checkpoint, tlog-tiles, tlog-proof, tlog-cosignature).
//
//	verify-go FOLDER        exits 0 where the log is whole, 1 with the reason where it is not
//	verify-go -mutate FOLDER  also damages the log in memory, some hundred times, and expects each to be refused
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// A log is its files, by path.
type log map[string][]byte

type checkpoint struct {
	origin string
	size   int64
	root   tlog.Hash
	text   string
}

func main() {
	args := os.Args[1:]
	mutates := len(args) > 0 && args[0] == "-mutate"
	if mutates {
		args = args[1:]
	}
	if len(args) != 1 {
		fail(errors.New("usage: verify-go [-mutate] FOLDER"))
	}
	given, err := read(args[0])
	if err != nil {
		fail(err)
	}
	size, err := verify(given)
	if err != nil {
		fail(err)
	}
	fmt.Printf("accepted: %d entries\n", size)
	delete(given, "witness.vkey")
	if _, err := verify(given); err != nil {
		fail(fmt.Errorf("without its witness: %w", err))
	}
	if !mutates {
		return
	}
	if given, err = read(args[0]); err != nil {
		fail(err)
	}
	refused := 0
	kinds := map[string]int{}
	for _, m := range mutations(given) {
		if _, err := verify(m.log); err == nil {
			fail(fmt.Errorf("accepted a log with %s", m.what))
		}
		kinds[m.kind]++
		refused++
	}
	names := []string{}
	for kind := range kinds {
		names = append(names, fmt.Sprintf("%s %d", kind, kinds[kind]))
	}
	sort.Strings(names)
	fmt.Printf("refused: %d mutations (%s)\n", refused, strings.Join(names, ", "))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "verify-go:", err)
	os.Exit(1)
}

func read(folder string) (log, error) {
	files := log{}
	err := filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		bytes, err := os.ReadFile(path)
		// .aside is where the directory store writes before it links.
		if !strings.HasPrefix(name, ".aside") {
			files[filepath.ToSlash(name)] = bytes
		}
		return err
	})
	return files, err
}

// verify answers how many entries the log holds.
func verify(l log) (int64, error) {
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(l["log.vkey"]), "\n"))
	if err != nil {
		return 0, err
	}
	// A log without witnesses is a log too.
	var witness *cosigner
	if vkey, found := l["witness.vkey"]; found {
		if witness, err = newWitness(strings.TrimSuffix(string(vkey), "\n")); err != nil {
			return 0, err
		}
	}
	head, err := open(l["checkpoint"], verifier, witness)
	if err != nil {
		return 0, fmt.Errorf("checkpoint: %w", err)
	}
	hashes, bodies, err := rebuild(l, head.size)
	if err != nil {
		return 0, err
	}
	if err := checkHistory(l, verifier, witness, head, hashes); err != nil {
		return 0, err
	}
	if err := checkTiles(l, head.size, hashes); err != nil {
		return 0, err
	}
	if err := checkInclusion(l, head, bodies); err != nil {
		return 0, err
	}
	return head.size, checkProofs(l, verifier, head, bodies)
}

var signature = regexp.MustCompile(`^— [^\s+]+ ([A-Za-z0-9+/]+={0,2})$`)

// open takes a checkpoint that the log signed and, where a witness is given, that the witness cosigned as well.
func open(message []byte, verifier note.Verifier, w *cosigner) (checkpoint, error) {
	n, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return checkpoint{}, err
	}
	cosigned := w == nil
	for _, line := range strings.Split(strings.TrimSuffix(string(message[len(n.Text)+1:]), "\n"), "\n") {
		encoded := signature.FindStringSubmatch(line)
		if encoded == nil {
			return checkpoint{}, errors.New("malformed signature line")
		}
		// One spelling for one signature.
		if _, err := base64.StdEncoding.Strict().DecodeString(encoded[1]); err != nil {
			return checkpoint{}, err
		}
		cosigned = cosigned || w.signed(line, n.Text)
	}
	if !cosigned {
		return checkpoint{}, errors.New("no cosignature of the witness")
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != verifier.Name() {
		return checkpoint{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 1 || strconv.FormatInt(size, 10) != lines[1] {
		return checkpoint{}, errors.New("malformed size")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return checkpoint{}, errors.New("malformed root")
	}
	c := checkpoint{origin: lines[0], size: size, text: n.Text}
	copy(c.root[:], root)
	return c, nil
}

// A cosigner is a witness's name and Ed25519 key (tlog-cosignature, cosignature/v1).
type cosigner struct {
	name string
	id   []byte
	key  ed25519.PublicKey
}

func newWitness(vkey string) (*cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("malformed verifier key of the witness")
	}
	key, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, errors.New("not a key for cosignatures")
	}
	id := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if fmt.Sprintf("%x", id[:4]) != parts[1] {
		return nil, errors.New("the witness's key has another id")
	}
	return &cosigner{parts[0], id[:4], key[1:]}, nil
}

func (w *cosigner) signed(line, text string) bool {
	parts := strings.Split(line, " ")
	bytes, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || parts[1] != w.name || len(bytes) != 76 || string(bytes[:4]) != string(w.id) {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(bytes[4:12]), text)
	return ed25519.Verify(w.key, []byte(message), bytes[12:])
}

// rebuild computes every hash of the tree from the entry bundles.
func rebuild(l log, size int64) (tlog.HashReader, [][]byte, error) {
	stored := []tlog.Hash{}
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := []tlog.Hash{}
		for _, index := range indexes {
			if index >= int64(len(stored)) {
				return nil, errors.New("beyond the tree")
			}
			found = append(found, stored[index])
		}
		return found, nil
	})
	bodies := [][]byte{}
	for first := int64(0); first < size; first += 1 << height {
		width := size - first
		if width > 1<<height {
			width = 1 << height
		}
		entries, err := split(l[entriesPath(first>>height, int(width))])
		if err != nil || int64(len(entries)) != width {
			return nil, nil, fmt.Errorf("bundle %d is not whole", first>>height)
		}
		for at, body := range entries {
			more, err := tlog.StoredHashes(first+int64(at), body, reader)
			if err != nil {
				return nil, nil, err
			}
			stored = append(stored, more...)
			bodies = append(bodies, body)
		}
	}
	return reader, bodies, nil
}

func split(bundle []byte) ([][]byte, error) {
	entries := [][]byte{}
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
			return nil, errors.New("cut short")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		entries = append(entries, bundle[2:end])
		bundle = bundle[end:]
	}
	return entries, nil
}

// checkHistory: each kept checkpoint has the root of its size, is consistent with the one before, and the last is the
// published one.
func checkHistory(l log, verifier note.Verifier, w *cosigner, head checkpoint, hashes tlog.HashReader) error {
	last := checkpoint{}
	for _, path := range paths(l, "history/") {
		kept, err := open(l[path], verifier, w)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		digits := strings.ReplaceAll(strings.TrimPrefix(path, "history/"), "/", "")
		if fmt.Sprintf("%015d", kept.size) != digits || kept.size > head.size {
			return fmt.Errorf("%s holds the checkpoint of another size", path)
		}
		root, err := tlog.TreeHash(kept.size, hashes)
		if err != nil || root != kept.root {
			return fmt.Errorf("%s has another root than the entries", path)
		}
		if last.size > 0 {
			proof, err := tlog.ProveTree(kept.size, last.size, hashes)
			if err != nil {
				return err
			}
			if err := tlog.CheckTree(proof, kept.size, kept.root, last.size, last.root); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		last = kept
	}
	if last.size != head.size || last.root != head.root {
		return errors.New("the published checkpoint is not the last one kept")
	}
	return nil
}

// checkTiles: every tile of every kept size is there where it must be, and every one that is there is right.
func checkTiles(l log, size int64, hashes tlog.HashReader) error {
	for _, tile := range tilesOf(size) {
		if _, found := l[tilePath(tile)]; !found {
			return fmt.Errorf("%s is missing", tilePath(tile))
		}
	}
	for _, path := range paths(l, "tile/") {
		if strings.HasPrefix(path, "tile/entries/") {
			if err := checkBundle(l, path, hashes); err != nil {
				return err
			}
			continue
		}
		tile, err := tlog.ParseTilePath("tile/8/" + strings.TrimPrefix(path, "tile/"))
		if err != nil || tilePath(tile) != path {
			return fmt.Errorf("%s is no tile", path)
		}
		data, err := tlog.ReadTileData(tile, hashes)
		if err != nil || !bytes.Equal(data, l[path]) {
			return fmt.Errorf("%s differs from the entries", path)
		}
	}
	return nil
}

// tilesOf: the tiles of the tree of a size (tlog-tiles, "Merkle Tree"); tlog's NewTiles also names narrower partial ones.
func tilesOf(size int64) []tlog.Tile {
	tiles := []tlog.Tile{}
	for level, count := 0, size; count > 0; level, count = level+1, count>>height {
		for first := int64(0); first < count; first += 1 << height {
			tiles = append(tiles, tlog.Tile{H: height, L: level, N: first >> height, W: width(count, first)})
		}
	}
	return tiles
}

// checkBundle: also the partial bundles of former sizes hold the entries.
func checkBundle(l log, path string, hashes tlog.HashReader) error {
	tile, err := tlog.ParseTilePath("tile/8/0/" + strings.TrimPrefix(path, "tile/entries/"))
	if err != nil || entriesPath(tile.N, tile.W) != path {
		return fmt.Errorf("%s is no bundle", path)
	}
	entries, err := split(l[path])
	if err != nil || len(entries) != tile.W {
		return fmt.Errorf("%s is not whole", path)
	}
	data, err := tlog.ReadTileData(tile, hashes)
	if err != nil {
		return err
	}
	for at, body := range entries {
		hash := tlog.RecordHash(body)
		if !bytes.Equal(hash[:], data[at*tlog.HashSize:(at+1)*tlog.HashSize]) {
			return fmt.Errorf("%s differs from the tree", path)
		}
	}
	return nil
}

// tileReader reads the published tiles as a client of the log would; tlog authenticates them against the root.
type tileReader struct{ l log }

func (r tileReader) Height() int                         { return height }
func (r tileReader) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (r tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := [][]byte{}
	for _, tile := range tiles {
		data, ok := r.l[tilePath(tile)]
		if !ok {
			return nil, fmt.Errorf("%s is missing", tilePath(tile))
		}
		found = append(found, data)
	}
	return found, nil
}

// checkInclusion proves every entry from the published tiles alone.
func checkInclusion(l log, head checkpoint, bodies [][]byte) error {
	hashes := tlog.TileHashReader(tlog.Tree{N: head.size, Hash: head.root}, tileReader{l})
	for index, body := range bodies {
		proof, err := tlog.ProveRecord(head.size, int64(index), hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, head.size, head.root, int64(index), tlog.RecordHash(body)); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
	}
	return nil
}

var proofName = regexp.MustCompile(`^proofs/(\d+)\.tlog-proof$`)

// checkProofs reads the .tlog-proof files.
func checkProofs(l log, verifier note.Verifier, head checkpoint, bodies [][]byte) error {
	for _, path := range paths(l, "proofs/") {
		name := proofName.FindStringSubmatch(path)
		parts := strings.SplitN(string(l[path]), "\n\n", 2)
		if name == nil || len(parts) != 2 {
			return fmt.Errorf("%s is no proof", path)
		}
		lines := strings.Split(parts[0], "\n")
		if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != "index "+name[1] {
			return fmt.Errorf("%s has another header or index", path)
		}
		proof := tlog.RecordProof{}
		for _, line := range lines[2:] {
			hash, err := base64.StdEncoding.Strict().DecodeString(line)
			if err != nil || len(hash) != tlog.HashSize {
				return fmt.Errorf("%s holds what is no hash", path)
			}
			proof = append(proof, *(*tlog.Hash)(hash))
		}
		tree, err := open([]byte(parts[1]), verifier, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		index, err := strconv.ParseInt(name[1], 10, 64)
		if err != nil || index >= int64(len(bodies)) || tree.text != head.text {
			return fmt.Errorf("%s is of another tree", path)
		}
		if err := tlog.CheckRecord(proof, tree.size, tree.root, index, tlog.RecordHash(bodies[index])); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func tilePath(tile tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
}

func entriesPath(index int64, width int) string {
	return "tile/entries/" + strings.TrimPrefix(tlog.Tile{H: height, L: 0, N: index, W: width}.Path(), "tile/8/0/")
}

func paths(l log, folder string) []string {
	found := []string{}
	for path := range l {
		if strings.HasPrefix(path, folder) {
			found = append(found, path)
		}
	}
	sort.Strings(found)
	return found
}

type mutation struct {
	kind string
	what string
	log  log
}

// mutations: what an attacker or a failing disk could do to the files, some of it with the log's own signing key.
func mutations(l log) []mutation {
	all := []mutation{}
	with := func(kind, what string, change func(log)) {
		changed := log{}
		for path, data := range l {
			changed[path] = append([]byte{}, data...)
		}
		change(changed)
		all = append(all, mutation{kind, what, changed})
	}
	files := paths(l, "")
	for _, path := range files {
		if path == "log.skey" {
			continue
		}
		data := l[path]
		for part := 0; part < 5; part++ {
			at := part * (len(data) - 1) / 4
			// The newline after a key is nothing.
			if strings.HasSuffix(path, ".vkey") && at == len(data)-1 {
				continue
			}
			bit := byte(1) << uint((at*7+part)%8)
			with("bit flips", fmt.Sprintf("bit %d of byte %d of %s flipped", bit, at, path), func(c log) { c[path][at] ^= bit })
		}
		if strings.HasPrefix(path, "tile/") || strings.HasPrefix(path, "proofs/") {
			with("truncations", path+" without its last byte", func(c log) { c[path] = c[path][:len(data)-1] })
			with("truncations", path+" with half of its bytes", func(c log) { c[path] = c[path][:len(data)/2] })
			with("truncations", path+" emptied", func(c log) { c[path] = nil })
		}
	}
	size := mustOpen(l).size
	for _, tile := range tilesOf(size) {
		path := tilePath(tile)
		with("removals", path+" removed", func(c log) { delete(c, path) })
		for at := 0; at+1 < tile.W && at < 8; at++ {
			with("swapped hashes", fmt.Sprintf("hashes %d and %d of %s swapped", at, at+1, path), func(c log) {
				swap(c[path][at*32:at*32+32], c[path][at*32+32:at*32+64])
			})
		}
	}
	for first := int64(0); first < size; first += 1 << height {
		path := entriesPath(first>>height, width(size, first))
		entries, _ := split(l[path])
		with("removals", path+" removed", func(c log) { delete(c, path) })
		for at := 0; at+1 < len(entries) && at < 12; at++ {
			with("swapped entries", fmt.Sprintf("entries %d and %d of %s swapped", at, at+1, path), func(c log) { c[path] = join(entries, at+1, at) })
			with("removed entries", fmt.Sprintf("entry %d of %s removed", at, path), func(c log) { c[path] = join(entries, at) })
			with("doubled entries", fmt.Sprintf("entry %d of %s twice", at, path), func(c log) { c[path] = join(entries, at, at) })
		}
	}
	return append(all, forgeries(l, size)...)
}

// forgeries of the checkpoint: by another key, and by the log's own.
func forgeries(l log, size int64) []mutation {
	all := []mutation{}
	origin := mustOpen(l).origin
	root := mustOpen(l).root
	own, err := note.NewSigner(strings.TrimSuffix(string(l["log.skey"]), "\n"))
	if err != nil {
		fail(err)
	}
	skey, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		fail(err)
	}
	other, err := note.NewSigner(skey)
	if err != nil {
		fail(err)
	}
	histories := paths(l, "history/")
	// Where it goes: only the checkpoint, the history too, or both in a log that has no witness to contradict.
	const (
		head = iota
		everywhere
		unwitnessed
	)
	add := func(kind, what string, signer note.Signer, n int64, hash tlog.Hash, where int) {
		text := fmt.Sprintf("%s\n%d\n%s\n", origin, n, base64.StdEncoding.EncodeToString(hash[:]))
		message, err := note.Sign(&note.Note{Text: text}, signer)
		if err != nil {
			fail(err)
		}
		// The witness's line stays: it is of the text that it saw.
		lines := strings.Split(string(l["checkpoint"]), "\n")
		message = append(message, []byte(lines[len(lines)-2]+"\n")...)
		changed := log{}
		for path, data := range l {
			changed[path] = data
		}
		changed["checkpoint"] = message
		if where >= everywhere {
			changed[histories[len(histories)-1]] = message
		}
		if where == unwitnessed {
			delete(changed, "witness.vkey")
		}
		all = append(all, mutation{kind, what, changed})
	}
	for where := head; where <= unwitnessed; where++ {
		add("forged checkpoints", "a checkpoint that another key signed", other, size, root, where)
		for at := 0; at < tlog.HashSize; at += 4 {
			changed := root
			changed[at] ^= 1
			add("equal size, another root", "another root at the same size, signed by the log", own, size, changed, where)
		}
		for _, n := range []int64{1, 2, size - 44, size - 1, size + 1, size * 2} {
			add("rewound or advanced sizes", fmt.Sprintf("size %d signed by the log for the same root", n), own, n, root, where)
		}
	}
	for _, path := range histories[:len(histories)-1] {
		changed := log{}
		for name, data := range l {
			changed[name] = data
		}
		changed["checkpoint"] = l[path]
		all = append(all, mutation{"rewound or advanced sizes", path + " put back as the checkpoint", changed})
	}
	return all
}

func mustOpen(l log) checkpoint {
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(l["log.vkey"]), "\n"))
	if err != nil {
		fail(err)
	}
	c, err := open(l["checkpoint"], verifier, nil)
	if err != nil {
		fail(err)
	}
	return c
}

func width(size, first int64) int {
	if size-first > 1<<height {
		return 1 << height
	}
	return int(size - first)
}

// join makes a bundle with entry `at` replaced by the entries named; entry at+1 follows a swap in the place of at.
func join(entries [][]byte, at ...int) []byte {
	order := []int{}
	switch len(at) {
	case 1:
		for i := range entries {
			if i != at[0] {
				order = append(order, i)
			}
		}
	case 2:
		for i := range entries {
			order = append(order, i)
		}
		if at[0] == at[1] {
			order = append(order[:at[0]+1], order[at[0]:]...)
		} else {
			order[at[0]], order[at[1]] = order[at[1]], order[at[0]]
		}
	}
	out := []byte{}
	for _, i := range order {
		length := make([]byte, 2)
		binary.BigEndian.PutUint16(length, uint16(len(entries[i])))
		out = append(append(out, length...), entries[i]...)
	}
	return out
}

func swap(one, other []byte) {
	kept := append([]byte{}, one...)
	copy(one, other)
	copy(other, kept)
}
