package keystore

import "fmt"

// Material gives tests the bytes of every secret of an opened keystore, to look for where they must not be.
func (k *Keys) Material() map[string][]byte {
	s, pass := k.sealed()
	out := map[string][]byte{
		"passphrase": []byte(pass), "recipients": s.Recipients, "checkpoints": s.Checkpoints, "index": s.Index, "chain": s.Chain, "opinions": s.Opinions,
	}
	for name, key := range map[string][]byte{"next checkpoints": s.NextCheckpoints, "next opinions": s.NextOpinions} {
		if key != nil {
			out[name] = key
		}
	}
	for i, key := range s.Search {
		out[fmt.Sprintf("search %d", i)] = key
	}
	for i, one := range s.Statistics {
		out[fmt.Sprintf("statistics %d", i)] = []byte(one.Identity)
	}
	for _, e := range s.Identities {
		out["zone identity "+e.Epoch] = []byte(e.Identity)
	}
	return out
}
