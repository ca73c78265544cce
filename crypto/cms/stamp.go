package cms

import "encoding/asn1"

// oidTimeStamp is the unsigned attribute of a signature's time-stamp (RFC 3161, appendix A), which PAdES baseline-B-T asks for (EN 319 142-1).
var oidTimeStamp = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}

// Signature is what a time-stamp of a seal is of: the octets of its signature. The seal was verified before.
func Signature(der []byte) ([]byte, error) {
	found, err := parse(der)
	if err != nil {
		return nil, err
	}
	return found.Content.SignerInfos[0].Signature, nil
}

// WithStamp is a seal, verified before, with a time-stamp token beside its signature, for a document that is given to a reader. It is not the seal
// any more: Verify takes no unsigned attribute, so what crosses the wall has no room for what an authority says (TestASealWithAStampIsNotTheSeal).
func WithStamp(der, token []byte) ([]byte, error) {
	found, err := parse(der)
	if err != nil {
		return nil, err
	}
	attribute, err := encodeAttribute(oidTimeStamp, asn1.RawValue{FullBytes: token})
	if err != nil {
		return nil, err
	}
	found.Content.SignerInfos[0].UnsignedAttributes = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, IsCompound: true, Bytes: attribute}
	return found.encode()
}

func parse(der []byte) (contentInfo, error) {
	var found contentInfo
	if rest, err := asn1.Unmarshal(der, &found); err != nil || len(rest) != 0 || len(found.Content.SignerInfos) != 1 {
		return contentInfo{}, &Error{"encoding"}
	}
	return found, nil
}
