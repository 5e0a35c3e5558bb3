package objectstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Grant lets one account do some things with the objects of a bucket, such as s3:GetObject.
type Grant struct {
	AccessKey string
	Actions   []string
}

// EnsureBucket makes the bucket if needed and sets who may do what there, in place of what was set before.
func (s *Store) EnsureBucket(ctx context.Context, root Account, bucket string, grants ...Grant) error {
	client, err := minio.New(s.addr, &minio.Options{Creds: credentials.NewStaticV4(root.AccessKey, root.SecretKey, ""),
		Region: Region, BucketLookup: minio.BucketLookupPath})
	if err != nil {
		return fmt.Errorf("bucket %s: %w", bucket, err)
	}
	exists, err := client.BucketExists(ctx, bucket)
	if err == nil && !exists {
		err = client.MakeBucket(ctx, bucket, minio.MakeBucketOptions{})
	}
	if err != nil {
		return fmt.Errorf("make bucket %s: %w", bucket, err)
	}
	type statement struct {
		Effect    string
		Principal map[string]string
		Action    []string
		Resource  string
	}
	var statements []statement
	for _, g := range grants {
		statements = append(statements, statement{"Allow", map[string]string{"AWS": g.AccessKey}, g.Actions,
			"arn:aws:s3:::" + bucket + "/*"})
	}
	policy, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err == nil {
		err = client.SetBucketPolicy(ctx, bucket, string(policy))
	}
	if err != nil {
		return fmt.Errorf("rights on bucket %s: %w", bucket, err)
	}
	return nil
}
