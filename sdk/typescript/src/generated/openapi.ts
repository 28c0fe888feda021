// Generated from docs/openapi.json by `npm run generate`. Do not edit.

export interface paths {
    readonly "/": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the paths of the server
         * @description Redirects a browser, which accepts `text/html`, to `/docs`.
         */
        readonly get: operations["entry"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/account": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the person and the organisation of the request
         * @description A key needs scope `account:read`, and gets its organisation without people.
         */
        readonly get: operations["readAccount"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete the person's account
         * @description Deletes the person, the sessions, and the organisations that have no other member, with their keys. The only owner of an organisation with other members has to make one of them an owner first. The audit log keeps the person's id, without address and name.
         */
        readonly delete: operations["deleteAccount"];
        readonly options?: never;
        readonly head?: never;
        /** Change a name, or the organisation that the person works in */
        readonly patch: operations["changeAccount"];
        readonly trace?: never;
    };
    readonly "/api/account/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Export everything that is stored about the person
         * @description Without secrets.
         */
        readonly get: operations["exportAccount"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/account/organisation": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete the organisation that the person works in
         * @description Its keys are revoked, its members lose it, and its name and mail addresses are removed. Owners only.
         */
        readonly delete: operations["deleteOrganisation"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/audit-log": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List who changed what in the organisation
         * @description Newest first. With `format=jsonl` one entry per line; the id of the last one is `before` for the next page. A key without an organisation sees what it did itself. Owners and admins may read it, and their keys with scope `account:read`.
         */
        readonly get: operations["listAuditLog"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/dataset/download": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Download a dataset, or some of its columns
         * @description Without `features` it redirects to the file. With `features` it sends the columns, in the snapshot's order, if the snapshot has at most `datasets.stream_mb` of the format; otherwise it makes an export (202), to which the same request redirects once it is finished. Needs scope `datasets:read`; public datasets need no key if the operator allows it.
         */
        readonly get: operations["downloadDataset"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/datasets": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the datasets
         * @description Those that the key may read, with their newest snapshots. Needs scope `datasets:read`; public datasets need no key if the operator allows it.
         */
        readonly get: operations["listDatasets"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/datasets/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a dataset with its card
         * @description Needs scope `datasets:read`; public datasets need no key if the operator allows it.
         */
        readonly get: operations["readDataset"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/datasets/{name}/builds/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the state of a build
         * @description Needs scope `datasets:write`.
         */
        readonly get: operations["readDatasetBuild"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/datasets/{name}/exports": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Make a file with some columns of a snapshot
         * @description The file has the columns in the snapshot's order, and all rows, in the form that the snapshot's files have. With an `Idempotency-Key` a repeated request gets the same export, unless that has failed or expired. Needs scope `datasets:read`.
         */
        readonly post: operations["createDatasetExport"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/datasets/{name}/exports/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the state and progress of an export
         * @description A key sees the exports of its organisation; without one, its own. Needs scope `datasets:read`.
         */
        readonly get: operations["readDatasetExport"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Cancel an export, or remove its file
         * @description A running export ends soon, a finished one expires. Needs scope `datasets:read`.
         */
        readonly delete: operations["cancelDatasetExport"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/datasets/{name}/exports/{id}/data": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Download a finished export
         * @description The `ETag` is the file's SHA-256. `Range` requests a part of it, to resume a download. Needs scope `datasets:read`.
         */
        readonly get: operations["downloadDatasetExport"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/datasets/{name}/snapshots": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the snapshots of a dataset with their files
         * @description Needs scope `datasets:read`; public datasets need no key if the operator allows it.
         */
        readonly get: operations["listDatasetSnapshots"];
        readonly put?: never;
        /**
         * Build a snapshot of a dataset
         * @description Reads the rows in one consistent state and publishes a snapshot, unless nothing changed since the newest one. One build of a dataset runs at a time. Needs scope `datasets:write`, which only the operator gives to keys.
         */
        readonly post: operations["buildDataset"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/datasets/{name}/snapshots/{snapshot}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the manifest of a snapshot
         * @description `latest` and versions redirect to the id. Needs scope `datasets:read`; public datasets need no key if the operator allows it.
         */
        readonly get: operations["readDatasetSnapshot"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/datasets/{name}/snapshots/{snapshot}/files/{file}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Download a file of a snapshot
         * @description The `ETag` is the file's SHA-256; the file never changes. `Range` requests a part of it, to resume a download. `latest` and versions redirect to the id. Files are never compressed on the way. Needs scope `datasets:read`; public datasets need no key if the operator allows it.
         */
        readonly get: operations["downloadDatasetFile"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/datasets/{name}/terms": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the terms of a dataset
         * @description Needs scope `datasets:read`; public datasets need no key if the operator allows it.
         */
        readonly get: operations["readDatasetTerms"];
        readonly put?: never;
        /**
         * Accept the terms of a dataset
         * @description The key accepts them for its organisation, or for itself and its rotations without one. What was accepted, when, and with which key is recorded. Needs scope `datasets:read`.
         */
        readonly post: operations["acceptDatasetTerms"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/embeddings/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read one entity's embeddings
         * @description Returns all of the entity's embeddings unless one is named. The entity tag is strong. Needs scope `embeddings:read`.
         */
        readonly get: operations["readEmbeddings"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/embeddings/batch": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Read the embeddings of many entities
         * @description Vectors are in the order of the ids, including repeats. An unknown id gives nulls and never fails the batch. All vectors of one view are of one generation. Needs scope `embeddings:read`.
         */
        readonly post: operations["readEmbeddingsBatch"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/embeddings/search": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Find the entities with the nearest vectors
         * @description By an entity's id or by a vector, within one embedding's space and the key's tenant; nearest first. A filter on features still leaves `k` hits where there are as many. With `features` or `service` the hits' features come as a batch has them. Needs scope `embeddings:read`, for features `features:read` as well.
         */
        readonly post: operations["searchEmbeddings"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-services": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List every version of every feature service
         * @description Needs scope `registry:read`.
         */
        readonly get: operations["listFeatureServices"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-services/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a feature service's versions
         * @description Needs scope `registry:read`.
         */
        readonly get: operations["readFeatureService"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-views": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the promoted version of every feature view
         * @description Needs scope `registry:read`.
         */
        readonly get: operations["listFeatureViews"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-views/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a feature view's versions
         * @description Needs scope `registry:read`.
         */
        readonly get: operations["readFeatureView"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-views/{name}/drift": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the drift of a feature view
         * @description Compares the profiles of two generations, feature by feature; `exceeded` names the measures that reach the thresholds of the server's configuration. A key that is bound to a tenant compares its own rows alone where the view has tenants, as long as both generations are kept. Needs scope `registry:read`.
         */
        readonly get: operations["readFeatureViewDrift"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-views/{name}/profile": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the profile of a feature view
         * @description Per feature of one generation: nulls, distinct values, extremes, mean, deviation, quantiles, frequent values, vector lengths. Of a view with tenants, a key that is bound to one reads the profile of that tenant's rows alone, and any other key that of all rows together. Needs scope `registry:read`.
         */
        readonly get: operations["readFeatureViewProfile"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-views/{name}/versions/{version}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read one version of a feature view
         * @description Its definition, SQL, owner and freshness. Needs scope `registry:read`.
         */
        readonly get: operations["readFeatureViewVersion"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feature-views/{name}/versions/{version}/schema": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the JSON Schema of a row of one version of a feature view
         * @description Needs scope `registry:read`.
         */
        readonly get: operations["readRowSchema"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/features/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read one entity's features
         * @description Without a selection: every feature except vectors of all promoted views of the entity. Features that a service computes are in `features.computed`. For an unknown entity the status is `unknown_entity`, not 404. The entity tag is strong; a response that depends on the time of the request has none. Needs scope `features:read`.
         */
        readonly get: operations["readFeatures"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/features/batch": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Read the features of many entities
         * @description Rows are in the order of the ids, including repeats. An unknown id gives a row of nulls and never fails the batch. All rows of one view are of one generation. Features that a service computes are in columns `computed.<name>`. With `Accept: application/vnd.apache.arrow.stream` the rows are one record batch: the key's columns, those of `columns` with their types, `status`, and `status:<view>` for each view. Needs scope `features:read`.
         */
        readonly post: operations["readFeaturesBatch"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/invitations": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the open invitations of the organisation
         * @description Owners and admins. Invitations expire after 7 days.
         */
        readonly get: operations["listInvitations"];
        readonly put?: never;
        /**
         * Invite someone by mail
         * @description Owners and admins; only an owner invites owners. The invitation is for this mail address, and replaces an earlier one. It expires after 7 days.
         */
        readonly post: operations["inviteMember"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/invitations/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Withdraw an invitation
         * @description Owners and admins.
         */
        readonly delete: operations["withdrawInvitation"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/invitations/{id}/accept": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Accept an invitation
         * @description The person joins the organisation and works in it from then on.
         */
        readonly post: operations["acceptInvitation"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/keys": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List API keys, without their secrets
         * @description Newest first, revoked ones included. A key sees the keys of its organisation that the same person made; without an organisation, those of its tenant that may do no more than itself. Needs scope `keys:read`.
         */
        readonly get: operations["listKeys"];
        readonly put?: never;
        /**
         * Create an API key
         * @description The response has the key, which is shown only once. The new key belongs to the organisation of the sender, or has its tenant, and may do no more than the key that the request is sent with. Needs scope `keys:write`.
         */
        readonly post: operations["createKey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/keys/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read an API key, without its secret
         * @description Finds the keys that the list has. Needs scope `keys:read`.
         */
        readonly get: operations["readKey"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Revoke an API key
         * @description It stops working on every server within a second, and cannot be used again. Revoking it twice changes nothing. Needs scope `keys:write`.
         */
        readonly delete: operations["revokeKey"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Rename, disable or enable an API key
         * @description Scopes, networks, limits and expiry of a key never change: rotate it, or create another. Needs scope `keys:write`.
         */
        readonly patch: operations["changeKey"];
        readonly trace?: never;
    };
    readonly "/api/keys/{id}/rotate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Replace an API key by a new one
         * @description The response has the new key, which is shown only once. The old one expires after the grace period; until then both share their limits. Of two rotations at once one gets `key_already_rotated`. Needs scope `keys:write`.
         */
        readonly post: operations["rotateKey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/members": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the members of the organisation
         * @description A key needs scope `account:read`, and gets ids and roles only.
         */
        readonly get: operations["listMembers"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/members/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Remove a member, or leave the organisation
         * @description Owners and admins; only an owner removes owners. Everybody can remove themselves. The last owner stays.
         */
        readonly delete: operations["removeMember"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Change a member's role
         * @description Owners and admins; only an owner makes or changes owners. The last owner stays.
         */
        readonly patch: operations["changeMember"];
        readonly trace?: never;
    };
    readonly "/api/runs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the runs that materialized feature views
         * @description Newest first, including running ones. For a key that is bound to a tenant, runs of views with tenants have null for every count and for the files, which is over all tenants. Needs scope `registry:read`.
         */
        readonly get: operations["listRuns"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/training-sets": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Make a training set
         * @description Returns the features as they were known at each spine row's time. The spine is in the body's `rows`, or is the body itself: CSV, JSON Lines or Parquet, with the other members as query parameters (lists comma-separated, `labels` as `view.feature@7d` or `name=view.feature@7d`, `split` as `time:CUT,…`, `hash:train=0.8,test=0.2` or `group:COLUMN:train=0.8,test=0.2`). The spine is read before the response, the result is computed after it. With an `Idempotency-Key` the same request, byte by byte, gets the same training set, unless that has failed or was cancelled or deleted. Needs scope `training:write`.
         */
        readonly post: operations["createTrainingSet"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/training-sets/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a training set's state, progress and manifest
         * @description A key sees the training sets of its organisation and tenant; a key without an organisation or tenant sees those without one. The views have to be allowed by the organisation's tier. Needs scope `training:read`.
         */
        readonly get: operations["readTrainingSet"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Delete a training set
         * @description Cancels a training set that is not finished. Of a finished one, only the id and the state stay. Needs scope `training:write`.
         */
        readonly delete: operations["deleteTrainingSet"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/training-sets/{id}/cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Cancel a training set that is not finished
         * @description A finished training set stays as it is. Needs scope `training:write`.
         */
        readonly post: operations["cancelTrainingSet"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/training-sets/{id}/data": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Download a finished training set
         * @description The `ETag` is the file's SHA-256, which never changes. `Range` requests a part of it, to resume a download; send `If-Range` to get the part only of the same file. Needs scope `training:read`.
         */
        readonly get: operations["downloadTrainingSet"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/usage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read what the organisation used, and what is left of its limits
         * @description At most 400 days in UTC. Contains everything that this server answered before the request; what other servers answered follows within `usage.flush_seconds`. Needs scope `usage:read`.
         */
        readonly get: operations["readUsage"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/docs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show this document as a page */
        readonly get: operations["docs"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/docs/errors": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Show all error codes with cause and fix
         * @description The `type` of a problem document leads to the entry of its code.
         */
        readonly get: operations["docsErrors"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Report the health of each part
         * @description Always 200; `status` says ok, degraded or unavailable. A browser, which prefers `text/html`, gets a page with the same facts.
         */
        readonly get: operations["health"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/livez": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Check that the process runs */
        readonly get: operations["livez"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the metrics in Prometheus' text format
         * @description Covers all workers of the server; `featstore_workers` is the number of workers that responded.
         */
        readonly get: operations["metrics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/openapi.json": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read this document */
        readonly get: operations["openapi"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/readyz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Check whether requests can be answered
         * @description 200 as long as features can be read, 503 while starting, draining, or when no store answers. Does not wait until the memory store is loaded: until then reads come from PostgreSQL, with the same values but more slowly; `checks.online_store` says which store answers.
         */
        readonly get: operations["readyz"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly Account: {
            /** @description Invitations to other organisations */
            readonly invitations: readonly {
                readonly expires_at: string;
                readonly id: string;
                readonly organisation: string;
                /**
                 * @description `owner`: everything; `admin`: keys and members, no owners; `member`: own keys
                 * @enum {string}
                 */
                readonly role: "owner" | "admin" | "member";
            }[];
            /** @description The organisation of the key, or the one that the person works in at the moment */
            readonly organisation: {
                readonly created_at: string;
                readonly id: string;
                readonly name: string;
                /** @description The tenant whose rows its keys read, set by the operator */
                readonly tenant: string | null;
                readonly tier: string;
            };
            readonly organisations: readonly {
                readonly id: string;
                readonly name: string;
                /**
                 * @description `owner`: everything; `admin`: keys and members, no owners; `member`: own keys
                 * @enum {string}
                 */
                readonly role: "owner" | "admin" | "member";
            }[];
            /** @description null for an API key */
            readonly person: {
                readonly email: string;
                readonly id: string;
                readonly name: string;
                readonly operator: boolean;
            } | null;
            /**
             * @description The person's role in the organisation; null for an API key
             * @enum {string|null}
             */
            readonly role: "owner" | "admin" | "member" | null;
        };
        /** @description Exactly one member */
        readonly AccountChange: {
            /** @description The person's name, 1 to 200 characters */
            readonly name?: string;
            /** @description The id of the organisation to work in from now on */
            readonly organisation?: string;
            /** @description The organisation's name (owners and admins), 1 to 200 characters */
            readonly organisation_name?: string;
        };
        readonly AccountExport: {
            /** @description The person's rows of the audit log */
            readonly actions: readonly {
                readonly [key: string]: unknown;
            }[];
            readonly invitations: readonly {
                readonly [key: string]: unknown;
            }[];
            /** @description API keys that the person made */
            readonly keys: readonly {
                readonly [key: string]: unknown;
            }[];
            readonly memberships: readonly {
                readonly [key: string]: unknown;
            }[];
            readonly operator: boolean;
            readonly person: {
                readonly [key: string]: unknown;
            } | null;
            readonly sessions: readonly {
                readonly [key: string]: unknown;
            }[];
            readonly sign_in_providers: readonly {
                readonly [key: string]: unknown;
            }[];
        };
        readonly AuditEntry: {
            /** @description `key.created`, `quota.reached`, `training_set.downloaded`, … */
            readonly action: string;
            readonly actor: {
                /** @description The client's address; null: none, or forgotten */
                readonly address: string | null;
                /** @description The id of a user or a key, or the name of a command */
                readonly id: string;
                /** @enum {string} */
                readonly kind: "person" | "key" | "command" | "server";
            };
            readonly after?: unknown;
            readonly at: string;
            readonly before?: unknown;
            /** @description Newer entries have higher ids */
            readonly id: string;
            readonly organisation: string | null;
            /** @description The id of what was changed */
            readonly subject: string;
        };
        readonly AuditPage: {
            readonly entries: readonly components["schemas"]["AuditEntry"][];
            /** @description `before` for the next page; null on the last page */
            readonly next: string | null;
        };
        readonly BatchAnswer: {
            /** @description `view.feature` of each value in a row, then `computed.<name>` of each computed feature */
            readonly columns: readonly string[];
            /** @description Invalid ids with their position; only with `on_invalid_id: "null"` */
            readonly errors?: readonly {
                /** @enum {string} */
                readonly code: "invalid_request" | "unknown_parameter" | "invalid_parameter" | "invalid_selection" | "selection_conflict" | "mixed_entities" | "entity_required" | "vector_not_named" | "id_empty" | "id_too_long" | "id_not_exact" | "id_invalid" | "body_required" | "invalid_json" | "invalid_body" | "invalid_form" | "ids_empty" | "too_many_ids" | "batch_exceeds_burst" | "as_of_future" | "inputs_not_taken" | "inputs_invalid" | "input_unknown" | "input_missing" | "input_invalid" | "input_not_exact" | "input_time_zone_required" | "input_too_long" | "vector_invalid" | "vector_dimensions" | "vector_zero" | "vector_space" | "filter_invalid" | "spine_unreadable" | "spine_column_missing" | "spine_column_unknown" | "spine_column_duplicate" | "spine_column_taken" | "spine_column_invalid" | "spine_row_invalid" | "spine_key_missing" | "spine_key_invalid" | "spine_time_invalid" | "spine_time_zone_required" | "spine_time_future" | "storage_full" | "engine_unknown" | "dataset_not_public" | "spine_empty" | "label_invalid" | "split_invalid" | "key_required" | "key_malformed" | "key_unknown" | "key_revoked" | "key_disabled" | "key_expired" | "address_forbidden" | "resource_forbidden" | "key_exceeds_own" | "session_expired" | "link_invalid" | "provider_refused" | "sign_up_refused" | "origin_forbidden" | "person_required" | "role_required" | "scope_required" | "tenant_required" | "path_not_found" | "auth_off" | "organisation_not_found" | "member_not_found" | "invitation_not_found" | "entity_not_found" | "feature_view_not_found" | "feature_view_version_not_found" | "feature_not_found" | "feature_service_not_found" | "feature_service_version_not_found" | "embedding_not_found" | "vector_not_found" | "baseline_missing" | "profile_not_found" | "dataset_build_not_found" | "training_set_not_found" | "training_set_elsewhere" | "key_not_found" | "method_not_allowed" | "not_acceptable" | "last_owner" | "already_member" | "too_many_invitations" | "dataset_build_running" | "training_set_not_finished" | "training_set_finished" | "key_not_active" | "key_already_rotated" | "too_many_keys" | "feature_view_retired" | "training_set_without_data" | "body_too_large" | "spine_too_large" | "spine_too_wide" | "spine_header_too_long" | "spine_line_too_long" | "spine_field_too_long" | "unsupported_content_encoding" | "unsupported_media_type" | "range_not_satisfiable" | "precondition_failed" | "dataset_not_found" | "snapshot_not_found" | "snapshot_withdrawn" | "snapshot_damaged" | "dataset_file_not_found" | "dataset_file_ambiguous" | "dataset_format_unknown" | "dataset_column_unknown" | "terms_not_accepted" | "terms_version_unknown" | "export_not_found" | "export_not_finished" | "export_expired" | "export_limit_reached" | "idempotency_key_reused" | "storage_unavailable" | "expectation_failed" | "rate_limited" | "quota_exceeded" | "training_tenant_queue_full" | "too_many_failed_attempts" | "too_many_mails" | "internal" | "starting" | "view_not_materialized" | "store_unavailable" | "source_unavailable" | "store_timeout" | "training_queue_full" | "overloaded";
                readonly detail: string;
                readonly path: string;
                readonly position: number;
            }[];
            /** @description As they were sent; with `on_invalid_id: "null"` also invalid ids */
            readonly ids: readonly unknown[];
            /** @description By view; for computed features under `computed`. Only with metadata */
            readonly metadata?: {
                readonly [key: string]: components["schemas"]["BatchMetadata"] | components["schemas"]["BatchComputedMetadata"];
            };
            /** @description One row per id, in the order of the ids */
            readonly rows: readonly (readonly components["schemas"]["FeatureValue"][])[];
            /** @description For each row, the status that all views agree on, else `partial`; `ViewStatus` explains each */
            readonly status: readonly components["schemas"]["RowStatus"][];
            /** @description Per row and view; only if some row is not complete */
            readonly statuses?: readonly (readonly components["schemas"]["ViewStatus"][])[];
            /** @description The views, in the order of `statuses` */
            readonly views: readonly string[];
        };
        readonly BatchComputedMetadata: {
            /** @description The time of the read; only if a computed feature depends on it, as the time since an event does */
            readonly as_of?: string;
            /** @description For each row, the computed features whose null was replaced by their default */
            readonly defaulted: readonly (readonly string[])[];
            /** @description `name@version` of the service that computes them */
            readonly service: string;
            /** @description The type of each computed feature */
            readonly types: {
                readonly [key: string]: string;
            };
        };
        readonly BatchMetadata: {
            /** @description Seconds since `as_of`; null for an as-of read */
            readonly age_seconds: number | null;
            /** @description The as-of time of the values */
            readonly as_of: string;
            /** @description For each row, the features whose null was replaced by their default */
            readonly defaulted?: readonly (readonly string[])[];
            readonly deprecation?: components["schemas"]["Deprecation"];
            /** @description For each row, the time of its newest fact */
            readonly event_times: readonly (string | null)[];
            /** @description null for an as-of read */
            readonly generation: number | null;
            readonly version: number;
        };
        readonly BatchRequest: {
            /** @description A past time with its zone: returns the values as they were known then, computed from the sources, for at most 100 ids (`limits.as_of_ids` of the server). Runs a query over each view's source */
            readonly as_of?: string;
            /** @description The entity; by default that of the views, then the server's default */
            readonly entity?: string;
            /** @description `view`, `view.feature`, `view@2`, `view@2.feature` */
            readonly features?: readonly string[];
            /** @description 1 to 1,000 ids, as `limits.batch_ids` of the server says (100 with `as_of`: `limits.as_of_ids`), or fewer as the limits of the key say; repeats are kept */
            readonly ids: readonly components["schemas"]["EntityId"][];
            readonly inputs?: components["schemas"]["Inputs"];
            /** @description Inputs of each row, one for each id; they override `inputs` */
            readonly inputs_by_row?: readonly (components["schemas"]["Inputs"] & unknown)[];
            /** @description Milliseconds, at most the server's deadline: views that take longer have the status `timeout` */
            readonly latency_budget_ms?: number;
            /** @description Adds each view's version, generation, times and age */
            readonly metadata?: boolean;
            /**
             * @description What an invalid id fails: the request (default), or only its row, reported in `errors`
             * @enum {string}
             */
            readonly on_invalid_id?: "reject" | "null";
            /** @description A feature service, `name` or `name@2`; excludes `features`, unless they select a part of it and include `computed.<name>` */
            readonly service?: string;
            /** @description Several services of one entity, instead of `service`; at most one may compute features */
            readonly services?: readonly string[];
        };
        readonly ComparedGeneration: {
            readonly as_of: string;
            readonly generation: number;
            readonly rows: number;
        };
        readonly ComputedMetadata: {
            /** @description The time of the read; only if a computed feature depends on it, as the time since an event does */
            readonly as_of?: string;
            /** @description Computed features whose null was replaced by their default */
            readonly defaulted: readonly string[];
            /** @description `name@version` of the service that computes them */
            readonly service: string;
            /** @description The type of each computed feature */
            readonly types: {
                readonly [key: string]: string;
            };
        };
        readonly Dataset: {
            /**
             * @description `gated`: files need an acceptance of the terms
             * @enum {string}
             */
            readonly access: "public" | "key" | "gated";
            readonly cadence: string;
            /** @description The card of the newest snapshot, Markdown */
            readonly card: string | null;
            /** @description Of the newest snapshot, or as declared before the first */
            readonly columns: readonly {
                readonly description: string;
                readonly name: string;
                readonly nullable: boolean;
                /** @description A type of the language of definitions */
                readonly type?: unknown;
                readonly unit: string | null;
            }[];
            readonly contact: string;
            readonly description: string | null;
            /** @description Downloads of data files so far */
            readonly downloads: number;
            /** @description The columns that identify a row; none before the first snapshot */
            readonly key: readonly string[];
            /** @description The newest snapshot that is not withdrawn */
            readonly latest: {
                readonly created_at: string;
                /** @description The SHA-256 of the manifest, 64 hexadecimal digits */
                readonly id: string;
                readonly rows: number;
                /** @description A semantic version of the data: major for changed or removed rows, minor for additions */
                readonly version: string;
            } | null;
            /** @description An SPDX expression */
            readonly licence: string;
            readonly name: string;
            readonly terms: {
                readonly text: string;
                readonly version: string;
            } | null;
            readonly title: string;
        };
        readonly DatasetAcceptance: {
            /** @description When your organisation, or this key without one, accepted them first */
            readonly accepted_at: string;
            readonly dataset: string;
            readonly version: string;
        };
        readonly DatasetBuild: {
            readonly created_at: string;
            readonly dataset: string;
            readonly failure: {
                readonly code: string;
                readonly detail: string;
            } | null;
            readonly finished_at: string | null;
            readonly id: string;
            /** @description Rows read so far */
            readonly rows: number;
            /** @description The result */
            readonly snapshot: {
                /** @description The SHA-256 of the manifest, 64 hexadecimal digits */
                readonly id: string;
                /** @description A semantic version of the data: major for changed or removed rows, minor for additions */
                readonly version: string;
            } | null;
            /** @enum {string} */
            readonly state: "running" | "finished" | "failed";
            /** @description True if the newest snapshot had the same content, so that it is the result */
            readonly unchanged: boolean | null;
        };
        readonly DatasetExport: {
            /** @description Size of the finished file */
            readonly bytes: number | null;
            readonly created_at: string;
            readonly dataset: string;
            /** @description When the file is removed (`datasets.export_hours`) */
            readonly expires_at: string | null;
            readonly failure: {
                readonly code: string;
                readonly detail: string;
            } | null;
            /** @description The columns, in the snapshot's order */
            readonly features: readonly string[];
            readonly finished_at: string | null;
            readonly format: string;
            readonly id: string;
            /** @description Rows so far */
            readonly rows: number;
            /** @description SHA-256 of the finished file */
            readonly sha256: string | null;
            /** @description The snapshot's id */
            readonly snapshot: string;
            readonly split: string | null;
            /** @enum {string} */
            readonly state: "running" | "finished" | "failed" | "cancelled" | "expired";
            /** @description The path of the finished file */
            readonly url: string | null;
        };
        readonly DatasetExportRequest: {
            /** @description Columns; the key is always included. All by default */
            readonly features?: readonly string[];
            /**
             * @description `parquet`, `csv`, `jsonl` or `json`
             * @default parquet
             */
            readonly format: string;
            /**
             * @description An id, a version, or `latest`
             * @default latest
             */
            readonly snapshot: string;
            /** @description `train`, `validation` or `test`; all rows by default */
            readonly split?: string;
        };
        readonly DatasetList: {
            readonly datasets: readonly components["schemas"]["DatasetSummary"][];
        };
        readonly DatasetSnapshot: {
            /** @description The differences from an earlier snapshot; null for the first */
            readonly changes: {
                readonly added: number;
                readonly changed: number;
                readonly columns_added: readonly string[];
                readonly columns_removed: readonly string[];
                readonly columns_retyped: readonly string[];
                /** @description The SHA-256 of the manifest, 64 hexadecimal digits */
                readonly previous: string;
                readonly removed: number;
            } | null;
            readonly created_at: string;
            /** @description None if it is withdrawn */
            readonly files: readonly {
                readonly bytes: number;
                /** @description `parquet`, `csv`, `jsonl` or `json`; null if it has no data */
                readonly format: string | null;
                readonly name: string;
                readonly part: number;
                /** @description Where the file is in the folder of the snapshot */
                readonly path: string;
                /** @description `data`, `card`, `licence`, `citation`, `checksums` or `digests` */
                readonly role: string;
                readonly rows: number | null;
                readonly sha256: string;
                readonly split: string | null;
                /** @description The path that never changes */
                readonly url: string;
            }[];
            /** @description The SHA-256 of the manifest, 64 hexadecimal digits */
            readonly id: string;
            readonly rows: number;
            /** @description A semantic version of the data: major for changed or removed rows, minor for additions */
            readonly version: string;
            /** @description Files of a withdrawn snapshot are deleted */
            readonly withdrawn: {
                readonly at: string;
                readonly reason: string;
                /** @description The SHA-256 of the manifest, 64 hexadecimal digits */
                readonly successor: string | null;
            } | null;
        };
        readonly DatasetSnapshotList: {
            readonly snapshots: readonly components["schemas"]["DatasetSnapshot"][];
        };
        readonly DatasetSnapshotManifest: {
            readonly created_at: string;
            /** @description The SHA-256 of the manifest, 64 hexadecimal digits */
            readonly id: string;
            /** @description The content of `manifest.json`. Newer servers add members: ignore those that you do not know */
            readonly manifest: {
                readonly dataset: string;
                readonly manifestVersion: number;
                readonly version: string;
            } & {
                readonly [key: string]: unknown;
            };
            /** @description A semantic version of the data: major for changed or removed rows, minor for additions */
            readonly version: string;
        };
        readonly DatasetSummary: {
            /**
             * @description `gated`: files need an acceptance of the terms
             * @enum {string}
             */
            readonly access: "public" | "key" | "gated";
            readonly description: string | null;
            /** @description The columns that identify a row; none before the first snapshot */
            readonly key: readonly string[];
            /** @description The newest snapshot that is not withdrawn */
            readonly latest: {
                readonly created_at: string;
                /** @description The SHA-256 of the manifest, 64 hexadecimal digits */
                readonly id: string;
                readonly rows: number;
                /** @description A semantic version of the data: major for changed or removed rows, minor for additions */
                readonly version: string;
            } | null;
            /** @description An SPDX expression */
            readonly licence: string;
            readonly name: string;
            readonly title: string;
        };
        readonly DatasetTerms: {
            readonly text: string;
            readonly version: string;
        };
        readonly DatasetTermsVersion: {
            /** @description The version of the terms that you accept */
            readonly version: string;
        };
        readonly Deleted: {
            /** @description The id of what was deleted */
            readonly deleted: string;
        };
        /** @description Only if the version is deprecated */
        readonly Deprecation: {
            readonly since: string;
            /** @description What to read instead, `view@version` */
            readonly successor: string | null;
            /** @description From then on reads get 410; null: not set yet */
            readonly sunset: string | null;
        };
        readonly Embedding: {
            readonly dimensions: number;
            /** @enum {string} */
            readonly metric: "cosine" | "l2" | "inner_product";
            /** @description Vectors are comparable within one space only */
            readonly space: string;
            readonly status: components["schemas"]["ViewStatus"];
            /** @description Numbers; with `format=base64` one string, the base64 of little-endian float32 */
            readonly vector: readonly number[] | string | null;
        };
        readonly EmbeddingsAnswer: {
            /** @description By `view.feature` */
            readonly embeddings: {
                readonly [key: string]: components["schemas"]["Embedding"];
            };
            readonly status: components["schemas"]["RowStatus"];
        } & {
            readonly [key: string]: components["schemas"]["EntityKeyValue"];
        };
        readonly EmbeddingsBatchAnswer: {
            /** @description By `view.feature` */
            readonly embeddings: {
                readonly [key: string]: {
                    readonly dimensions: number;
                    /** @enum {string} */
                    readonly metric: "cosine" | "l2" | "inner_product";
                    /** @description Vectors are comparable within one space only */
                    readonly space: string;
                    /** @description One for each id, in the order of the ids */
                    readonly vectors: readonly (readonly number[] | string | null)[];
                };
            };
            /** @description As they were sent */
            readonly ids: readonly components["schemas"]["EntityId"][];
            readonly status: readonly components["schemas"]["RowStatus"][];
            /** @description Per row and view; only if some row is not complete */
            readonly statuses?: readonly (readonly components["schemas"]["ViewStatus"][])[];
            /** @description The views, in the order of `statuses` */
            readonly views: readonly string[];
        };
        readonly EmbeddingsBatchRequest: {
            /** @description `view.feature` or `view@2.feature`, or several; by default all of the entity's */
            readonly embedding?: string | readonly string[];
            /** @description The entity; by default that of the embeddings, then the server's default */
            readonly entity?: string;
            /**
             * @description How vectors are written; `json` by default
             * @enum {string}
             */
            readonly format?: "json" | "base64";
            /** @description 1 to 1,000 ids, as `limits.batch_ids` of the server says, or fewer as the limits of the key say; repeats are kept */
            readonly ids: readonly components["schemas"]["EntityId"][];
        };
        /**
         * @description A condition `{"feature": "view.feature", "op": "eq", "value": …}` with `eq`, `ne`, `lt`, `lte`, `gt`, `gte`, `in` (of an array) or `is_null`, or `{"and": […]}`, `{"or": […]}`, `{"not": …}` of filters; values in the JSON form of the feature's type
         * @example {
         *       "feature": "speech_sentiment.sentiment",
         *       "op": "eq",
         *       "value": "positive"
         *     }
         */
        readonly EmbeddingsFilter: {
            readonly [key: string]: unknown;
        };
        readonly EmbeddingsSearchAnswer: {
            readonly dimensions: number;
            readonly embedding: string;
            readonly features?: components["schemas"]["BatchAnswer"] & unknown;
            /** @description The generation of the embedding's view */
            readonly generation: number;
            /** @description Nearest first */
            readonly hits: readonly {
                /** @description 1 − cosine, the Euclidean distance, or minus the inner product */
                readonly distance: number | null;
                readonly id: components["schemas"]["EntityId"];
                /** @description Higher is nearer: the cosine, the inner product, or 1 / (1 + distance) of l2 */
                readonly score: number | null;
            }[];
            /**
             * @description `hnsw`: approximate, by the index
             * @enum {string}
             */
            readonly method: "hnsw" | "exact";
            /**
             * @description The metric of the search
             * @enum {string}
             */
            readonly metric: "cosine" | "l2" | "inner_product";
            readonly space: string;
        };
        readonly EmbeddingsSearchRequest: {
            /** @description `view.feature` or `view@2.feature`: the embedding to search */
            readonly embedding: string;
            /** @description The embedding's entity; rejects another one */
            readonly entity?: string;
            /** @description Features of the hits, as in a batch */
            readonly features?: readonly string[];
            readonly filter?: components["schemas"]["EmbeddingsFilter"];
            readonly id?: components["schemas"]["EntityId"] & unknown;
            /** @description The embedding that the `id`'s vector is from, of the same space; by default the searched one */
            readonly id_embedding?: string;
            /** @description Whether the entity itself may be a hit; false by default */
            readonly include_self?: boolean;
            /** @description How many hits, at most as many as the key may get; 10 by default */
            readonly k?: number;
            /**
             * @description By default the space's metric, which has an index; any other metric compares all vectors
             * @enum {string}
             */
            readonly metric?: "cosine" | "l2" | "inner_product";
            /** @description A feature service whose features of the hits to return */
            readonly service?: string;
            /** @description The space of the vector; rejected if it is not the embedding's */
            readonly space?: string;
            /** @description Numbers, or base64 of little-endian float32 */
            readonly vector?: readonly number[] | string;
        };
        /** @description Any key as an object by the names of its parts; a key of one part also as string or integer */
        readonly EntityId: string | number | {
            readonly [key: string]: components["schemas"]["EntityKeyValue"];
        };
        readonly EntityKeyValue: string | number;
        readonly Entry: {
            /** @description The path of all operations that need a key */
            readonly api: string;
            readonly docs: string;
            readonly errors: string;
            readonly health: string;
            /** @enum {string} */
            readonly name: "featstore";
            readonly openapi: string;
            /** @description The version of the server */
            readonly version: string;
        };
        readonly FeatureDocument: {
            readonly allowed_values: readonly (string | number)[] | null;
            readonly default?: components["schemas"]["FeatureValue"] & unknown;
            readonly description: string | null;
            readonly embedding: {
                readonly dimensions: number;
                readonly metric: string;
                readonly space: string;
            } | null;
            readonly maximum: number | null;
            readonly maximum_null_fraction: number | null;
            readonly minimum: number | null;
            readonly name: string;
            readonly nullable: boolean;
            /** @description null if it is the view's owner */
            readonly owner: string | null;
            /** @description Whether the values are personal data */
            readonly pii: boolean;
            readonly tags: readonly string[];
            readonly type: string;
            readonly unit: string | null;
        };
        readonly FeatureDrift: {
            readonly exceeded: readonly ("psi" | "jensen_shannon" | "kolmogorov_smirnov" | "null_shift")[];
            readonly feature: string;
            readonly jensen_shannon: number | null;
            /** @description False: too few rows to tell drift from chance */
            readonly judged: boolean;
            readonly kolmogorov_smirnov: number | null;
            /** @description Share of nulls now minus the share before */
            readonly null_shift: number;
            /** @description Population stability index; null if the type has none, as for the other measures */
            readonly psi: number | null;
        };
        readonly FeatureProfile: {
            /** @description Standard deviation of the sample */
            readonly deviation: number | null;
            /** @description Distinct values other than null; null for JSON and arrays */
            readonly distinct: number | null;
            /** @description True for vectors, which are counted by fingerprint */
            readonly distinct_is_estimate: boolean;
            /** @description For vectors: the share of duplicates, not counting the first of each */
            readonly duplicate_share: number | null;
            /** @description Twenty buckets between 21 edges, each with the same share of the values */
            readonly histogram: {
                readonly edges: readonly number[];
                readonly share: number;
            } | null;
            readonly maximum: number | string | null;
            /** @description For times in seconds since 1970 UTC, for arrays of their lengths; so are all below */
            readonly mean: number | null;
            /** @description In the feature's JSON form, texts cut after 200 characters; for arrays the length */
            readonly minimum: number | string | null;
            /** @description Lengths of vectors */
            readonly norms: {
                readonly maximum: number;
                readonly mean: number;
                readonly minimum: number;
            } | null;
            readonly null_fraction: number | null;
            readonly nulls: number;
            /** @description p01, p05, p25, p50, p75, p95, p99 */
            readonly quantiles: {
                readonly [key: string]: number;
            } | null;
            /** @description Up to ten values that more than one row has, most frequent first: for texts, booleans, and int32 whose contract bounds them narrowly */
            readonly top_values: readonly {
                readonly rows: number;
                readonly value: string;
            }[] | null;
            readonly type: string;
        };
        /** @description The entity's keys come first, under their own names: `"speech_id": 7` */
        readonly FeaturesAnswer: {
            /** @description By view, then by feature; computed features are under `computed` */
            readonly features: {
                readonly [key: string]: {
                    readonly [key: string]: components["schemas"]["FeatureValue"];
                };
            };
            /** @description By view; for computed features under `computed`. Only with metadata=true */
            readonly metadata?: {
                readonly [key: string]: components["schemas"]["RowMetadata"] | components["schemas"]["ComputedMetadata"];
            };
            readonly status: components["schemas"]["RowStatus"];
            readonly views: {
                readonly [key: string]: components["schemas"]["ViewStatus"];
            };
        } & {
            readonly [key: string]: components["schemas"]["EntityKeyValue"];
        };
        readonly FeatureService: {
            readonly applied_at: string;
            /** @description Features computed on read; they follow `features` in responses */
            readonly computed: readonly {
                readonly allowed_values: readonly (string | number)[] | null;
                readonly default?: components["schemas"]["FeatureValue"];
                readonly description: string | null;
                readonly name: string;
                readonly nullable: boolean;
                readonly type: string;
                readonly unit: string | null;
            }[];
            readonly description: string | null;
            readonly entity: string;
            /** @description `view@version.feature` in the model's input order */
            readonly features: readonly string[];
            /** @description Values that a request sends; one that is not nullable is required */
            readonly inputs: readonly {
                readonly description: string | null;
                readonly name: string;
                readonly nullable: boolean;
                readonly type: string;
            }[];
            readonly name: string;
            readonly owner: string | null;
            readonly promoted: boolean;
            readonly tags: readonly string[];
            /** @description For features of another entity: the feature that holds that entity's key */
            readonly through: {
                readonly [key: string]: string;
            };
            readonly version: number;
        };
        readonly FeatureServiceList: {
            readonly feature_services: readonly components["schemas"]["FeatureService"][];
        };
        readonly FeatureServiceVersions: {
            readonly name: string;
            /** @description The version that will be promoted as soon as it can be read */
            readonly next: number | null;
            readonly promoted: number;
            readonly versions: readonly components["schemas"]["FeatureService"][];
        };
        /** @description The value in JSON: int64 and decimal as strings, timestamps as `2026-01-01T00:00:00.123456Z`, vectors as arrays of numbers; null is a value */
        readonly FeatureValue: unknown;
        readonly FeatureView: {
            readonly name: string;
            /** @description The version that will be promoted as soon as it can be read */
            readonly next: number | null;
            readonly promoted: number;
            /** @description For the promoted version, by feature; absent without vectors, null if currently unknown */
            readonly vector_search?: readonly {
                readonly feature: string;
                /** @description The newest generation that the index covers */
                readonly generation: number | null;
                /** @description null: every search compares all vectors */
                readonly index: {
                    readonly ef_construction: number;
                    readonly ef_search: number;
                    readonly kind: string;
                    readonly m: number;
                } | null;
                /** @description The recall of the index for a sample of the vectors, compared with exact search */
                readonly recall: {
                    readonly at: number;
                    readonly recall: number;
                    readonly sample: number;
                } | null;
                /** @description null for a view with tenants if the key is bound to a tenant: the count covers all tenants */
                readonly rows: number | null;
            }[] | null;
            readonly versions: readonly components["schemas"]["FeatureViewSummary"][];
        };
        readonly FeatureViewDrift: {
            /**
             * @description `generation`: the one that `baseline` named
             * @enum {string}
             */
            readonly against: "previous" | "baseline" | "generation";
            readonly baseline: components["schemas"]["ComparedGeneration"];
            readonly current: components["schemas"]["ComparedGeneration"];
            readonly features: readonly components["schemas"]["FeatureDrift"][];
            /** @description The tenant whose rows were compared; null for all rows */
            readonly tenant: string | null;
            readonly version: number;
            readonly view: string;
        };
        readonly FeatureViewList: {
            readonly feature_views: readonly components["schemas"]["FeatureViewSummary"][];
        };
        readonly FeatureViewProfile: {
            readonly as_of: string;
            /** @description Measured when the generation was published; empty for one tenant's rows */
            readonly drift: readonly {
                /** @enum {string} */
                readonly against: "previous" | "baseline";
                /** @description The generation it was compared with */
                readonly baseline: number;
                readonly features: readonly components["schemas"]["FeatureDrift"][];
            }[];
            readonly features: {
                readonly [key: string]: components["schemas"]["FeatureProfile"];
            };
            readonly generation: number;
            /** @description null: the generation broke a contract and was not published */
            readonly published_at: string | null;
            readonly rows: number;
            /** @description Rows of the 100 largest tenants; null for a shared view and for one tenant's profile */
            readonly scopes: {
                readonly count: number;
                readonly largest: readonly {
                    readonly rows: number;
                    readonly tenant: string;
                }[];
            } | null;
            /** @description The tenant whose rows are profiled; null for all rows */
            readonly tenant: string | null;
            readonly version: number;
            readonly view: string;
        };
        readonly FeatureViewSummary: {
            /** @description null while it is active */
            readonly deprecation: components["schemas"]["Deprecation"] | null;
            readonly description: string | null;
            readonly entity: string;
            /** @description Names, sorted */
            readonly features: readonly string[];
            /** @description The maximum age of the served generation, as its definition promises */
            readonly freshness_seconds: number | null;
            readonly name: string;
            readonly owner: string | null;
            readonly promoted: boolean;
            /** @enum {string} */
            readonly scope: "tenant" | "shared";
            readonly served: components["schemas"]["GenerationDocument"];
            /** @enum {string} */
            readonly state: "active" | "deprecated" | "retired";
            readonly tags: readonly string[];
            readonly ttl_seconds: number | null;
            readonly version: number;
        };
        readonly FeatureViewVersion: {
            readonly applied_at: string;
            /** @description The definition's intermediate representation */
            readonly definition: {
                readonly [key: string]: unknown;
            };
            /** @description null while it is active */
            readonly deprecation: components["schemas"]["Deprecation"] | null;
            readonly description: string | null;
            readonly document_hash: string;
            readonly entity: string;
            readonly features: readonly components["schemas"]["FeatureDocument"][];
            /** @description The maximum age of the served generation, as its definition promises */
            readonly freshness_seconds: number | null;
            readonly key: readonly {
                readonly name: string;
                readonly type: string;
            }[];
            readonly meaning_hash: string;
            readonly name: string;
            readonly owner: string | null;
            readonly promoted: boolean;
            /** @enum {string} */
            readonly scope: "tenant" | "shared";
            readonly served: components["schemas"]["GenerationDocument"];
            readonly source: string;
            /** @description The SQL that materializes it */
            readonly sql: string;
            /** @enum {string} */
            readonly state: "active" | "deprecated" | "retired";
            readonly tags: readonly string[];
            readonly ttl_seconds: number | null;
            readonly version: number;
        };
        /** @description null until it is materialized for the first time */
        readonly GenerationDocument: {
            readonly as_of: string;
            readonly generation: number;
            readonly published_at: string;
            /** @description null for a view with tenants if the key is bound to a tenant: the count covers all tenants */
            readonly rows: number | null;
        } | null;
        readonly Health: {
            readonly checks: {
                readonly [key: string]: {
                    /**
                     * @description Why the check fails: of the registry, the served values, the database, Redis, S3 and the mail server
                     * @enum {string}
                     */
                    readonly code?: "nothing_applied" | "served_values_differ" | "database_unreachable" | "database_login_failed" | "database_certificate_untrusted" | "database_schema_missing" | "database_refuses" | "unreachable" | "login_failed" | "certificate_untrusted" | "tls_required" | "tls_unsupported" | "not_found" | "refused";
                    readonly detail: string;
                    readonly ok: boolean;
                };
            };
            readonly registry_revision: number | null;
            /** @enum {string} */
            readonly status: "ok" | "degraded" | "unavailable";
        };
        /** @description The service's inputs, the same for all rows */
        readonly Inputs: {
            readonly [key: string]: components["schemas"]["FeatureValue"];
        };
        readonly Invitation: {
            readonly created_at: string;
            readonly email: string;
            readonly expires_at: string;
            readonly id: string;
            /**
             * @description `owner`: everything; `admin`: keys and members, no owners; `member`: own keys
             * @enum {string}
             */
            readonly role: "owner" | "admin" | "member";
        };
        readonly InvitationList: {
            readonly invitations: readonly components["schemas"]["Invitation"][];
        };
        readonly IssuedKey: {
            readonly created_at: string;
            /** @description The person who made it; null: the operator */
            readonly created_by: string | null;
            /** @description null: it is not disabled */
            readonly disabled_at: string | null;
            /** @description null: never */
            readonly expires_at: string | null;
            /** @description Not secret: it identifies the key in lists and logs */
            readonly id: string;
            /** @description The API key itself. It is shown only in this response: store it now */
            readonly key: string;
            /** @description At most a minute old; null: it was not used yet */
            readonly last_used_at: string | null;
            readonly limits: components["schemas"]["KeyLimits"];
            /** @description Shown in lists and mails; without control characters, such as line breaks */
            readonly name: string;
            /** @description CIDR blocks, `10.0.0.0/8` or `2001:db8::/32`; none: any address */
            readonly networks: readonly string[];
            /** @description Null: a key of the operator's */
            readonly organisation: string | null;
            /** @description The id of the key that took its place by rotation; null: none */
            readonly replaced_by: string | null;
            /** @description null: it is not revoked */
            readonly revoked_at: string | null;
            /** @description When it is due for rotation by the policy of the installation; null: never */
            readonly rotate_by: string | null;
            /** @description Operations: `features:read`, `embeddings:read`, `registry:read`, `training:read`, `training:write`, `datasets:read`, `datasets:write`, `keys:read`, `keys:write`, `account:read`, `usage:read`. Those that read, and `training:write`, can be limited to names: `features:read:speech_*` */
            readonly scopes: readonly string[];
            /** @enum {string} */
            readonly state: "active" | "disabled" | "expired" | "revoked";
            /** @description The tenant whose rows it reads, that of its organisation; null: none */
            readonly tenant: string | null;
        };
        readonly Key: {
            readonly created_at: string;
            /** @description The person who made it; null: the operator */
            readonly created_by: string | null;
            /** @description null: it is not disabled */
            readonly disabled_at: string | null;
            /** @description null: never */
            readonly expires_at: string | null;
            /** @description Not secret: it identifies the key in lists and logs */
            readonly id: string;
            /** @description At most a minute old; null: it was not used yet */
            readonly last_used_at: string | null;
            readonly limits: components["schemas"]["KeyLimits"];
            /** @description Shown in lists and mails; without control characters, such as line breaks */
            readonly name: string;
            /** @description CIDR blocks, `10.0.0.0/8` or `2001:db8::/32`; none: any address */
            readonly networks: readonly string[];
            /** @description Null: a key of the operator's */
            readonly organisation: string | null;
            /** @description The id of the key that took its place by rotation; null: none */
            readonly replaced_by: string | null;
            /** @description null: it is not revoked */
            readonly revoked_at: string | null;
            /** @description When it is due for rotation by the policy of the installation; null: never */
            readonly rotate_by: string | null;
            /** @description Operations: `features:read`, `embeddings:read`, `registry:read`, `training:read`, `training:write`, `datasets:read`, `datasets:write`, `keys:read`, `keys:write`, `account:read`, `usage:read`. Those that read, and `training:write`, can be limited to names: `features:read:speech_*` */
            readonly scopes: readonly string[];
            /** @enum {string} */
            readonly state: "active" | "disabled" | "expired" | "revoked";
            /** @description The tenant whose rows it reads, that of its organisation; null: none */
            readonly tenant: string | null;
        };
        readonly KeyChange: {
            /** @description A disabled key gets 401 */
            readonly disabled?: boolean;
            /** @description Shown in lists and mails; without control characters, such as line breaks */
            readonly name?: string;
        };
        /** @description The key's own limits, at most those that apply without them */
        readonly KeyLimits: {
            readonly batch_ids?: number;
            readonly burst?: number;
            readonly bytes_per_month?: number;
            readonly exports?: number;
            readonly requests_per_month?: number;
            readonly requests_per_second?: number;
            readonly rows_per_month?: number;
            readonly search_hits?: number;
        };
        readonly KeyList: {
            readonly keys: readonly components["schemas"]["Key"][];
        };
        readonly KeyRotation: {
            /** @description When it expires, with a time zone, at most 5 years away; null: never. Default: that of the old key */
            readonly expires_at?: string | null;
            /** @description How long the old key still works, up to 30 days. Default: one day */
            readonly grace_seconds?: number;
        };
        readonly Member: {
            readonly created_at: string;
            /** @description null for an API key */
            readonly email: string | null;
            readonly id: string;
            /** @description null if it is not set, and for an API key */
            readonly name: string | null;
            /**
             * @description `owner`: everything; `admin`: keys and members, no owners; `member`: own keys
             * @enum {string}
             */
            readonly role: "owner" | "admin" | "member";
        };
        readonly MemberChange: {
            /**
             * @description `owner`: everything; `admin`: keys and members, no owners; `member`: own keys
             * @enum {string}
             */
            readonly role: "owner" | "admin" | "member";
        };
        readonly MemberList: {
            readonly members: readonly components["schemas"]["Member"][];
        };
        readonly NewInvitation: {
            readonly email: string;
            /**
             * @description `member` by default
             * @enum {string}
             */
            readonly role?: "owner" | "admin" | "member";
        };
        readonly NewKey: {
            /** @description When it expires, with a time zone, at most 5 years away; null: never. Default: never */
            readonly expires_at?: string | null;
            readonly limits?: components["schemas"]["KeyLimits"];
            /** @description Shown in lists and mails; without control characters, such as line breaks */
            readonly name: string;
            /** @description CIDR blocks, `10.0.0.0/8` or `2001:db8::/32`; none: any address */
            readonly networks?: readonly string[];
            /** @description Operations: `features:read`, `embeddings:read`, `registry:read`, `training:read`, `training:write`, `datasets:read`, `datasets:write`, `keys:read`, `keys:write`, `account:read`, `usage:read`. Those that read, and `training:write`, can be limited to names: `features:read:speech_*` */
            readonly scopes: readonly string[];
        };
        readonly NewTrainingSet: {
            /** @description Why a feature may equal a label in 99 % of the rows or more, which is rejected without a reason */
            readonly allow_leakage?: string;
            /** @description `as_of` by default */
            readonly as_of_column?: string;
            /** @description The spine's columns to keep; all by default */
            readonly columns?: readonly string[];
            /** @description The entity; by default that of the views */
            readonly entity?: string;
            /** @description `view`, `view.feature`, `view@2`, `view@2.feature` */
            readonly features?: readonly string[];
            /**
             * @description parquet by default
             * @enum {string}
             */
            readonly format?: "parquet" | "csv" | "jsonl";
            /** @description The label column of the spine: its balance is reported, and so are features that equal it */
            readonly label_column?: string;
            /** @description Features whose values at the as-of time plus the horizon become columns after the features */
            readonly labels?: readonly {
                /** @description `view.feature` or `view@2.feature` */
                readonly feature: string;
                /** @description `7d`, `12h`, `30m` or `45s` */
                readonly horizon: string;
                /** @description The name of its column, `label.<view>.<feature>` by default */
                readonly name?: string;
            }[];
            /** @description Answers with a finished training set of the same definitions, spine, options and sources, if there is one. Changes of views, queries and foreign tables cannot be detected: sources of these kinds are never reused */
            readonly reuse?: boolean;
            /** @description The spine: the entity's keys, the as-of time as text, and any columns that the result keeps */
            readonly rows: readonly {
                readonly [key: string]: unknown;
            }[];
            /** @description A feature service, `name` or `name@2`; excludes `features` */
            readonly service?: string;
            /** @description Adds a column `_split`: by as-of time, by hash of the entity key, or by hash of a column */
            readonly split?: {
                /** @enum {string} */
                readonly by: "time";
                readonly cuts: readonly string[];
                readonly parts?: readonly string[];
            } | {
                /** @enum {string} */
                readonly by: "hash";
                /** @description Names with fractions that sum to 1 */
                readonly parts: {
                    readonly [key: string]: number;
                };
            } | {
                /** @enum {string} */
                readonly by: "group";
                readonly column: string;
                /** @description Names with fractions that sum to 1 */
                readonly parts: {
                    readonly [key: string]: number;
                };
            };
            /** @description The zone of times without an offset, which are rejected without it */
            readonly time_zone?: string;
        };
        readonly Problem: {
            /**
             * @description Stable: decide by the code, never by the texts
             * @enum {string}
             */
            readonly code: "invalid_request" | "unknown_parameter" | "invalid_parameter" | "invalid_selection" | "selection_conflict" | "mixed_entities" | "entity_required" | "vector_not_named" | "id_empty" | "id_too_long" | "id_not_exact" | "id_invalid" | "body_required" | "invalid_json" | "invalid_body" | "invalid_form" | "ids_empty" | "too_many_ids" | "batch_exceeds_burst" | "as_of_future" | "inputs_not_taken" | "inputs_invalid" | "input_unknown" | "input_missing" | "input_invalid" | "input_not_exact" | "input_time_zone_required" | "input_too_long" | "vector_invalid" | "vector_dimensions" | "vector_zero" | "vector_space" | "filter_invalid" | "spine_unreadable" | "spine_column_missing" | "spine_column_unknown" | "spine_column_duplicate" | "spine_column_taken" | "spine_column_invalid" | "spine_row_invalid" | "spine_key_missing" | "spine_key_invalid" | "spine_time_invalid" | "spine_time_zone_required" | "spine_time_future" | "storage_full" | "engine_unknown" | "dataset_not_public" | "spine_empty" | "label_invalid" | "split_invalid" | "key_required" | "key_malformed" | "key_unknown" | "key_revoked" | "key_disabled" | "key_expired" | "address_forbidden" | "resource_forbidden" | "key_exceeds_own" | "session_expired" | "link_invalid" | "provider_refused" | "sign_up_refused" | "origin_forbidden" | "person_required" | "role_required" | "scope_required" | "tenant_required" | "path_not_found" | "auth_off" | "organisation_not_found" | "member_not_found" | "invitation_not_found" | "entity_not_found" | "feature_view_not_found" | "feature_view_version_not_found" | "feature_not_found" | "feature_service_not_found" | "feature_service_version_not_found" | "embedding_not_found" | "vector_not_found" | "baseline_missing" | "profile_not_found" | "dataset_build_not_found" | "training_set_not_found" | "training_set_elsewhere" | "key_not_found" | "method_not_allowed" | "not_acceptable" | "last_owner" | "already_member" | "too_many_invitations" | "dataset_build_running" | "training_set_not_finished" | "training_set_finished" | "key_not_active" | "key_already_rotated" | "too_many_keys" | "feature_view_retired" | "training_set_without_data" | "body_too_large" | "spine_too_large" | "spine_too_wide" | "spine_header_too_long" | "spine_line_too_long" | "spine_field_too_long" | "unsupported_content_encoding" | "unsupported_media_type" | "range_not_satisfiable" | "precondition_failed" | "dataset_not_found" | "snapshot_not_found" | "snapshot_withdrawn" | "snapshot_damaged" | "dataset_file_not_found" | "dataset_file_ambiguous" | "dataset_format_unknown" | "dataset_column_unknown" | "terms_not_accepted" | "terms_version_unknown" | "export_not_found" | "export_not_finished" | "export_expired" | "export_limit_reached" | "idempotency_key_reused" | "storage_unavailable" | "expectation_failed" | "rate_limited" | "quota_exceeded" | "training_tenant_queue_full" | "too_many_failed_attempts" | "too_many_mails" | "internal" | "starting" | "view_not_materialized" | "store_unavailable" | "source_unavailable" | "store_timeout" | "training_queue_full" | "overloaded";
            /** @description What was wrong, where, and what to do */
            readonly detail: string;
            readonly errors?: readonly {
                readonly detail: string;
                readonly path: string;
            }[];
            readonly instance?: string;
            /** @description That limit, of a quota or a burst */
            readonly limit?: number;
            /** @description Why the snapshot was withdrawn */
            readonly reason?: string;
            readonly request_id: string;
            /** @description When the quota begins again */
            readonly resets_at?: string;
            readonly status: number;
            /** @description The id of the snapshot that replaces a withdrawn one */
            readonly successor?: string;
            readonly title: string;
            /** @description Where the code is documented, relative to the server; of `quota_exceeded` the registered problem type */
            readonly type: string;
            /** @description How much of the quota is used */
            readonly used?: number;
            /** @description The policies that the request exceeds, by their names in `RateLimit-Policy` */
            readonly "violated-policies"?: readonly string[];
        };
        readonly Quota: {
            readonly left: number | null;
            /** @description null: unlimited */
            readonly limit: number | null;
            readonly used: number;
        };
        readonly RowMetadata: {
            /** @description Seconds since `as_of`; null for an as-of read */
            readonly age_seconds: number | null;
            /** @description The as-of time of the values */
            readonly as_of: string;
            /** @description Features whose null was replaced by their default; only for views with defaults */
            readonly defaulted?: readonly string[];
            readonly deprecation?: components["schemas"]["Deprecation"];
            /** @description The time of the newest fact in the row */
            readonly event_time: string | null;
            /** @description null for an as-of read */
            readonly generation: number | null;
            readonly version: number;
        };
        /**
         * @description The status that all views agree on, else `partial`
         * @enum {string}
         */
        readonly RowStatus: "complete" | "partial" | "missing" | "unknown_entity" | "expired" | "timeout" | "invalid_id";
        readonly Run: {
            readonly as_of: string;
            readonly broken_contracts: readonly {
                readonly feature: string;
                readonly promise: string;
                readonly rows: number | null;
                readonly rule: string;
            }[];
            /** @description Progress of a running or interrupted backfill; null for any other run */
            readonly chunks: {
                readonly done: number;
                readonly total: number;
            } | null;
            /** @description null while it runs */
            readonly duration_ms: number | null;
            /** @description A stable code; `featstore runs` has the message, which may hold the key of an entity */
            readonly failure: {
                readonly code: string;
            } | null;
            readonly finished_at: string | null;
            /** @description Why it was published although it breaks a contract */
            readonly forced_because: string | null;
            readonly generation: number;
            /** @description Rows left out because tenant and key together are too long */
            readonly ignored_rows: number | null;
            /** @enum {string} */
            readonly kind: "full" | "incremental";
            /** @description What a Spark cluster has started so far for a running run, and how much of it is done; more may follow. null for any other run */
            readonly progress: {
                readonly stages: number;
                readonly stages_done: number;
                readonly tasks: number;
                readonly tasks_done: number;
            } | null;
            /** @description The files of the sources when the run began; null if the sources are no files, or the run failed before */
            readonly read_files: {
                readonly bytes: number;
                readonly count: number;
                /** @description SHA-256 over the path, size and time of the last change of each: runs with equal digests read the same files */
                readonly digest: string;
                /** @description The engine that read them */
                readonly engine: string;
                /** @description The first ten, by their paths; a relative path is below the engine's first root */
                readonly files: readonly {
                    readonly bytes: number;
                    readonly changed_at: string;
                    readonly path: string;
                }[];
            } | null;
            /** @description The Iceberg tables of the sources, each with the id of the snapshot that the run read, or null for a table without any; null if the sources are none, or the run failed before */
            readonly read_tables: readonly {
                readonly snapshot: string | null;
                readonly table: string;
            }[] | null;
            /** @description Entities that an incremental run computed; null for a full run */
            readonly recomputed: number | null;
            /** @description Rows that a reconciling run corrected; null if it did not reconcile */
            readonly repaired: number | null;
            /** @description Rows of the whole generation; null before it is loaded */
            readonly rows: number | null;
            readonly run_id: string;
            readonly started_at: string;
            /**
             * @description `abandoned`: its process died, and its remains were removed; `interrupted`: a backfill that can be resumed
             * @enum {string}
             */
            readonly state: "running" | "published" | "failed" | "abandoned" | "interrupted";
            readonly version: number;
            readonly view: string;
            /** @description Warnings of a published run; `rows_lost`: many of the rows served before are gone; `served_values_differ`: rows read back are not served as the table has them; `served_values_unchecked`: they could not be compared */
            readonly warnings: readonly {
                readonly code: string;
                readonly message: string;
            }[];
            /** @description The PostgreSQL transaction id up to which writes are in the generation */
            readonly watermark: string | null;
            /** @description Why a run that was requested as incremental is full, as a stable code */
            readonly why_full: string | null;
        };
        readonly RunList: {
            /** @description `before` for the next page; null on the last page */
            readonly next: string | null;
            readonly runs: readonly components["schemas"]["Run"][];
        };
        /** @description The contents and inputs of the file, with its SHA-256; null until it is finished */
        readonly TrainingManifest: {
            /** @description The columns of the file, in order */
            readonly columns: readonly {
                /** @description The Arrow type of a spine column, if it differs from the default of `type` */
                readonly arrow?: string;
                readonly feature?: string;
                readonly name: string;
                /** @enum {string} */
                readonly role: "key" | "as_of" | "passthrough" | "split" | "feature" | "label";
                /** @description A type of the language of definitions */
                readonly type: string;
                readonly version?: number;
                readonly view?: string;
                /** @description True if every value is null because the source keeps no history */
                readonly without_history?: boolean;
            }[];
            readonly entity: string;
            /** @description Writes of later PostgreSQL transactions may be missing */
            readonly horizon?: {
                readonly cluster: string;
                readonly transaction: string;
            };
            readonly id: string;
            /** @description The stored rows read instead of sources without history */
            readonly kept?: readonly {
                /** @description How often keys were erased from it */
                readonly erasures: number;
                readonly since: string;
                readonly table: string;
                readonly version: number;
                readonly view: string;
            }[];
            /** @description The labels from features, without those from spine columns */
            readonly labels: readonly {
                readonly feature: string;
                readonly horizon_seconds: number;
                /** @description The time until which it can be known; null if its source has no fact */
                readonly known_until: string | null;
                readonly meaning_hash: string;
                readonly name: string;
                /** @description Rows with a null, nulls not known yet, and labels from facts visible at the row's own time */
                readonly rows: {
                    readonly already_visible: number;
                    readonly not_known_yet: number;
                    readonly null: number;
                };
                readonly version: number;
                readonly view: string;
            }[];
            /** @description How far features reveal the labels */
            readonly leakage: {
                /** @description Features that equal a label in 90 % of the rows or more */
                readonly features: readonly {
                    readonly advice: string;
                    readonly equal: number;
                    readonly feature: string;
                    readonly label: string;
                    /** @description Rows in which both have a value */
                    readonly rows: number;
                    readonly share: number;
                }[];
                readonly notes: readonly string[];
                /** @description True if a share is 0.99 or more, and the request said why that is allowed */
                readonly refused: boolean;
            };
            /** @description The options of the request, with defaults */
            readonly options: {
                /** @description Why features may equal a label; null if they may not */
                readonly allowLeakage: string | null;
                readonly asOfColumn: string;
                /** @enum {string} */
                readonly format: "parquet" | "csv" | "jsonl";
                readonly labelColumn: string | null;
                readonly service: string | null;
                readonly split: {
                    /** @enum {string} */
                    readonly by: "time";
                    readonly cuts: readonly string[];
                    readonly parts?: readonly string[];
                } | {
                    /** @enum {string} */
                    readonly by: "hash";
                    readonly parts: {
                        readonly [key: string]: number;
                    };
                } | {
                    /** @enum {string} */
                    readonly by: "group";
                    readonly column: string;
                    readonly parts: {
                        readonly [key: string]: number;
                    };
                } | null;
                readonly timeZone: string | null;
            };
            /** @description The versions that made it */
            readonly packages: {
                readonly [key: string]: string;
            };
            /** @description The comparison with the original; null if it is no rerun */
            readonly rerun: {
                readonly detail: string;
                /** @description Sources and stored views that differ */
                readonly moved: readonly string[];
                /** @description The id of the original */
                readonly of: string;
                /** @description True if the bytes are equal */
                readonly same: boolean;
            } | null;
            readonly result: {
                readonly bytes: number;
                readonly file: string;
                readonly rows: number;
                readonly sha256: string;
            };
            /** @description The service whose computed features or features of other entities are columns. Null if it has none: then `columns` pins all, and `options.service` is the requested service */
            readonly service: {
                /** @description The requested part of its features; null for all */
                readonly features: readonly string[] | null;
                /** @description `recommender@1` */
                readonly service: string;
            } | null;
            readonly sources: readonly {
                readonly at: string;
                /** @description The engine that read it, if that is not PostgreSQL */
                readonly engine?: string;
                /** @description The files that were read */
                readonly files?: {
                    readonly bytes: number;
                    readonly count: number;
                    /** @description SHA-256 over the path, size and time of the last change of each */
                    readonly digest: string;
                };
                /** @description The tie-break columns of the last row; null without a row or tie-break */
                readonly largest: {
                    readonly [key: string]: string | null;
                } | null;
                /** @description The latest event time, microseconds since 1970 UTC */
                readonly latest: string | null;
                /** @description True if it changed while the training set was built */
                readonly moved: boolean;
                readonly rows: number;
                /** @description The snapshot of an Iceberg table that was read; null if it never had one */
                readonly snapshot?: string | null;
                readonly source: string;
            }[];
            readonly spine: {
                readonly rows: number;
                readonly sha256: string;
            };
            /** @description By part */
            readonly split: {
                readonly [key: string]: {
                    /** @description By label column */
                    readonly labels: {
                        readonly [key: string]: {
                            readonly nulls: number;
                            /** @description null without numeric values */
                            readonly numbers: {
                                readonly count: number;
                                readonly maximum: number;
                                readonly mean: number;
                                readonly minimum: number;
                            } | null;
                            /** @description Rows by label; null beyond fifty different ones */
                            readonly values: {
                                readonly [key: string]: number;
                            } | null;
                        };
                    };
                    readonly rows: number;
                };
            };
            readonly tenant: string | null;
            /** @description Values lost by casts that are not strict */
            readonly unparsed?: readonly {
                readonly column: string;
                /** @description The keys and times of up to three of the rows */
                readonly examples: readonly {
                    readonly [key: string]: string | number;
                }[];
                readonly feature: string;
                readonly rows: number;
                readonly version: number;
                readonly view: string;
            }[];
            readonly views: readonly {
                /** @description Pairs of rows that a join examined; 0 if it does not count them */
                readonly joined_rows: number;
                readonly meaning_hash: string;
                /**
                 * @description How its rows were joined with the spine
                 * @enum {string}
                 */
                readonly plan: "join" | "running";
                /** @description Spine rows without a visible source row, with an expired one, and earlier than the source's history */
                readonly rows: {
                    readonly expired: number;
                    readonly missing: number;
                    readonly without_history: number;
                };
                readonly version: number;
                readonly view: string;
            }[];
            readonly warnings?: readonly {
                /** @enum {string} */
                readonly code: "split_part_empty";
                readonly message: string;
            }[];
        } | null;
        readonly TrainingSet: {
            readonly created_at: string;
            /** @description The path of the file; null until it is finished */
            readonly data: string | null;
            readonly failure: {
                readonly code: string;
                readonly detail: string;
                readonly errors?: readonly {
                    readonly detail: string;
                    readonly path: string;
                }[];
            } | null;
            readonly finished_at: string | null;
            readonly id: string;
            readonly manifest: components["schemas"]["TrainingManifest"];
            readonly progress: {
                readonly rows: number;
                readonly spine_rows: number | null;
            };
            readonly started_at: string | null;
            /** @enum {string} */
            readonly state: "loading" | "queued" | "running" | "cancelling" | "finished" | "failed" | "cancelled" | "deleted";
        };
        readonly TrainingSetRequest: components["schemas"]["NewTrainingSet"] | components["schemas"]["TrainingSetRerun"];
        readonly TrainingSetRerun: {
            /** @description The id of a finished training set to make again */
            readonly rerun: string;
        };
        readonly UsageAnswer: {
            readonly by: string;
            readonly from: string;
            /** @description Of this month, whatever days the report has */
            readonly limits: {
                /** @description Of the key and those that it replaced; null for a person */
                readonly key: {
                    readonly burst: number;
                    readonly month: {
                        readonly bytes: components["schemas"]["Quota"];
                        readonly requests: components["schemas"]["Quota"];
                        readonly rows: components["schemas"]["Quota"];
                    };
                    readonly requests_per_second: number;
                } | null;
                readonly organisation: {
                    readonly burst: number;
                    /**
                     * @description What happens beyond a month's quota
                     * @enum {string}
                     */
                    readonly excess: "refuse" | "serve";
                    readonly month: {
                        readonly bytes: components["schemas"]["Quota"];
                        readonly requests: components["schemas"]["Quota"];
                        readonly rows: components["schemas"]["Quota"];
                    };
                    readonly requests_per_second: number;
                } | null;
                /** @description When the month ends, in UTC */
                readonly resets_at: string;
            };
            /** @description null for a key without an organisation, which sees its own usage */
            readonly organisation: string | null;
            readonly to: string;
            readonly total: {
                /** @description Of downloads, as far as they were sent. Not by view */
                readonly bytes?: number;
                /** @description Refused or failed requests, which count to no limit. Not by view */
                readonly errors?: number;
                /** @description Answered with 2xx or 304 */
                readonly requests: number;
                /** @description Entities requested, hits of searches, and rows of finished training sets */
                readonly rows: number;
            };
            /** @description One row per group; groups without usage are absent */
            readonly usage: readonly components["schemas"]["UsageRow"][];
        };
        readonly UsageRow: {
            /** @description Of downloads, as far as they were sent. Not by view */
            readonly bytes?: number;
            readonly day?: string;
            /** @description Refused or failed requests, which count to no limit. Not by view */
            readonly errors?: number;
            readonly key_id?: string;
            readonly key_name?: string;
            /** @description Quantiles of the time from a request's headers to its response, milliseconds, within about 25 %; null without requests */
            readonly latency_ms?: {
                readonly p50: number;
                readonly p95: number;
                readonly p99: number;
            } | null;
            /** @description The first key of a line of rotated keys, which share their limits */
            readonly line_id?: string;
            readonly month?: string;
            /** @description The `operationId` of this document */
            readonly operation?: string;
            /** @description Answered with 2xx or 304 */
            readonly requests: number;
            /** @description Entities requested, hits of searches, and rows of finished training sets */
            readonly rows: number;
            readonly version?: number;
            readonly view?: string;
        };
        /**
         * @description `complete`: the view has a row of the entity. `missing`: the entity is known, the view has no facts about it. `unknown_entity`: no requested view knows the id. `expired`: the row is older than the view's time to live, its values are null or defaults. `timeout`: the view did not answer in time. `invalid_id`: the id cannot be read (with `on_invalid_id: "null"` only)
         * @enum {string}
         */
        readonly ViewStatus: "complete" | "missing" | "unknown_entity" | "expired" | "timeout" | "invalid_id";
    };
    responses: {
        /** @description One of: `invalid_request`, `unknown_parameter` */
        readonly Problem400: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "invalid_request" | "unknown_parameter";
                };
            };
        };
        /** @description One of: `invalid_request`, `unknown_parameter`, `body_required`, `invalid_json`, `invalid_body` */
        readonly "Problem400.body_required.invalid_json.invalid_body": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "invalid_request" | "unknown_parameter" | "body_required" | "invalid_json" | "invalid_body";
                };
            };
        };
        /** @description One of: `invalid_request`, `unknown_parameter`, `body_required`, `invalid_json`, `invalid_body`, `dataset_format_unknown`, `dataset_column_unknown` */
        readonly "Problem400.createDatasetExport": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "invalid_request" | "unknown_parameter" | "body_required" | "invalid_json" | "invalid_body" | "dataset_format_unknown" | "dataset_column_unknown";
                };
            };
        };
        /** @description One of: `invalid_request`, `unknown_parameter`, `invalid_parameter`, `invalid_selection`, `selection_conflict`, `mixed_entities`, `entity_required`, `vector_not_named`, `body_required`, `invalid_json`, `invalid_body`, `input_missing`, `input_invalid`, `input_not_exact`, `input_time_zone_required`, `input_too_long`, `spine_unreadable`, `spine_column_missing`, `spine_column_unknown`, `spine_column_duplicate`, `spine_column_taken`, `spine_column_invalid`, `spine_row_invalid`, `spine_key_missing`, `spine_key_invalid`, `spine_time_invalid`, `spine_time_zone_required`, `spine_time_future`, `spine_empty`, `label_invalid`, `split_invalid` */
        readonly "Problem400.createTrainingSet": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "invalid_request" | "unknown_parameter" | "invalid_parameter" | "invalid_selection" | "selection_conflict" | "mixed_entities" | "entity_required" | "vector_not_named" | "body_required" | "invalid_json" | "invalid_body" | "input_missing" | "input_invalid" | "input_not_exact" | "input_time_zone_required" | "input_too_long" | "spine_unreadable" | "spine_column_missing" | "spine_column_unknown" | "spine_column_duplicate" | "spine_column_taken" | "spine_column_invalid" | "spine_row_invalid" | "spine_key_missing" | "spine_key_invalid" | "spine_time_invalid" | "spine_time_zone_required" | "spine_time_future" | "spine_empty" | "label_invalid" | "split_invalid";
                };
            };
        };
        /** @description One of: `invalid_request`, `unknown_parameter`, `invalid_parameter` */
        readonly "Problem400.invalid_parameter": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "invalid_request" | "unknown_parameter" | "invalid_parameter";
                };
            };
        };
        /** @description One of: `invalid_request`, `unknown_parameter`, `invalid_parameter`, `dataset_file_ambiguous`, `dataset_format_unknown`, `dataset_column_unknown` */
        readonly "Problem400.invalid_parameter.dataset_file_ambiguous.dataset_format_unknown.dataset_column_unknown": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "invalid_request" | "unknown_parameter" | "invalid_parameter" | "dataset_file_ambiguous" | "dataset_format_unknown" | "dataset_column_unknown";
                };
            };
        };
        /** @description One of: `invalid_request`, `unknown_parameter`, `invalid_parameter`, `invalid_selection`, `mixed_entities`, `entity_required`, `id_empty`, `id_too_long`, `id_not_exact`, `id_invalid` */
        readonly "Problem400.readEmbeddings": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "invalid_request" | "unknown_parameter" | "invalid_parameter" | "invalid_selection" | "mixed_entities" | "entity_required" | "id_empty" | "id_too_long" | "id_not_exact" | "id_invalid";
                };
            };
        };
        /** @description One of: `invalid_request`, `unknown_parameter`, `invalid_selection`, `mixed_entities`, `entity_required`, `id_empty`, `id_too_long`, `id_not_exact`, `id_invalid`, `body_required`, `invalid_json`, `invalid_body`, `ids_empty`, `too_many_ids`, `batch_exceeds_burst` */
        readonly "Problem400.readEmbeddingsBatch": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "invalid_request" | "unknown_parameter" | "invalid_selection" | "mixed_entities" | "entity_required" | "id_empty" | "id_too_long" | "id_not_exact" | "id_invalid" | "body_required" | "invalid_json" | "invalid_body" | "ids_empty" | "too_many_ids" | "batch_exceeds_burst";
                };
            };
        };
        /** @description One of: `invalid_request`, `unknown_parameter`, `invalid_parameter`, `invalid_selection`, `selection_conflict`, `mixed_entities`, `entity_required`, `vector_not_named`, `id_empty`, `id_too_long`, `id_not_exact`, `id_invalid`, `as_of_future`, `inputs_not_taken`, `inputs_invalid`, `input_unknown`, `input_missing`, `input_invalid`, `input_not_exact`, `input_time_zone_required`, `input_too_long` */
        readonly "Problem400.readFeatures": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "invalid_request" | "unknown_parameter" | "invalid_parameter" | "invalid_selection" | "selection_conflict" | "mixed_entities" | "entity_required" | "vector_not_named" | "id_empty" | "id_too_long" | "id_not_exact" | "id_invalid" | "as_of_future" | "inputs_not_taken" | "inputs_invalid" | "input_unknown" | "input_missing" | "input_invalid" | "input_not_exact" | "input_time_zone_required" | "input_too_long";
                };
            };
        };
        /** @description One of: `invalid_request`, `unknown_parameter`, `invalid_selection`, `selection_conflict`, `mixed_entities`, `entity_required`, `vector_not_named`, `id_empty`, `id_too_long`, `id_not_exact`, `id_invalid`, `body_required`, `invalid_json`, `invalid_body`, `ids_empty`, `too_many_ids`, `batch_exceeds_burst`, `as_of_future`, `inputs_not_taken`, `inputs_invalid`, `input_unknown`, `input_missing`, `input_invalid`, `input_not_exact`, `input_time_zone_required`, `input_too_long` */
        readonly "Problem400.readFeaturesBatch": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "invalid_request" | "unknown_parameter" | "invalid_selection" | "selection_conflict" | "mixed_entities" | "entity_required" | "vector_not_named" | "id_empty" | "id_too_long" | "id_not_exact" | "id_invalid" | "body_required" | "invalid_json" | "invalid_body" | "ids_empty" | "too_many_ids" | "batch_exceeds_burst" | "as_of_future" | "inputs_not_taken" | "inputs_invalid" | "input_unknown" | "input_missing" | "input_invalid" | "input_not_exact" | "input_time_zone_required" | "input_too_long";
                };
            };
        };
        /** @description One of: `invalid_request`, `unknown_parameter`, `invalid_selection`, `selection_conflict`, `mixed_entities`, `entity_required`, `vector_not_named`, `id_empty`, `id_too_long`, `id_not_exact`, `id_invalid`, `body_required`, `invalid_json`, `invalid_body`, `vector_invalid`, `vector_dimensions`, `vector_zero`, `vector_space`, `filter_invalid` */
        readonly "Problem400.searchEmbeddings": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "invalid_request" | "unknown_parameter" | "invalid_selection" | "selection_conflict" | "mixed_entities" | "entity_required" | "vector_not_named" | "id_empty" | "id_too_long" | "id_not_exact" | "id_invalid" | "body_required" | "invalid_json" | "invalid_body" | "vector_invalid" | "vector_dimensions" | "vector_zero" | "vector_space" | "filter_invalid";
                };
            };
        };
        /** @description One of: `key_required`, `key_malformed`, `key_unknown`, `key_revoked`, `key_disabled`, `key_expired` */
        readonly Problem401: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "key_required" | "key_malformed" | "key_unknown" | "key_revoked" | "key_disabled" | "key_expired";
                };
            };
        };
        /** @description One of: `key_required`, `key_malformed`, `key_unknown`, `key_revoked`, `key_disabled`, `key_expired`, `session_expired` */
        readonly "Problem401.session_expired": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "key_required" | "key_malformed" | "key_unknown" | "key_revoked" | "key_disabled" | "key_expired" | "session_expired";
                };
            };
        };
        /** @description One of: `address_forbidden`, `scope_required` */
        readonly Problem403: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "address_forbidden" | "scope_required";
                };
            };
        };
        /** @description One of: `address_forbidden`, `key_exceeds_own`, `sign_up_refused`, `origin_forbidden`, `scope_required` */
        readonly "Problem403.key_exceeds_own.sign_up_refused.origin_forbidden": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "address_forbidden" | "key_exceeds_own" | "sign_up_refused" | "origin_forbidden" | "scope_required";
                };
            };
        };
        /** @description One of: `address_forbidden`, `resource_forbidden`, `scope_required` */
        readonly "Problem403.resource_forbidden": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "address_forbidden" | "resource_forbidden" | "scope_required";
                };
            };
        };
        /** @description One of: `address_forbidden`, `resource_forbidden`, `scope_required`, `tenant_required` */
        readonly "Problem403.resource_forbidden.tenant_required": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "address_forbidden" | "resource_forbidden" | "scope_required" | "tenant_required";
                };
            };
        };
        /** @description One of: `address_forbidden`, `resource_forbidden`, `scope_required`, `terms_not_accepted` */
        readonly "Problem403.resource_forbidden.terms_not_accepted": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "address_forbidden" | "resource_forbidden" | "scope_required" | "terms_not_accepted";
                };
            };
        };
        /** @description One of: `address_forbidden`, `sign_up_refused`, `origin_forbidden`, `scope_required` */
        readonly "Problem403.sign_up_refused.origin_forbidden": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "address_forbidden" | "sign_up_refused" | "origin_forbidden" | "scope_required";
                };
            };
        };
        /** @description One of: `address_forbidden`, `sign_up_refused`, `origin_forbidden`, `person_required`, `scope_required` */
        readonly "Problem403.sign_up_refused.origin_forbidden.person_required": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "address_forbidden" | "sign_up_refused" | "origin_forbidden" | "person_required" | "scope_required";
                };
            };
        };
        /** @description One of: `address_forbidden`, `sign_up_refused`, `origin_forbidden`, `person_required`, `role_required`, `scope_required` */
        readonly "Problem403.sign_up_refused.origin_forbidden.person_required.role_required": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "address_forbidden" | "sign_up_refused" | "origin_forbidden" | "person_required" | "role_required" | "scope_required";
                };
            };
        };
        /** @description One of: `address_forbidden`, `sign_up_refused`, `origin_forbidden`, `role_required`, `scope_required` */
        readonly "Problem403.sign_up_refused.origin_forbidden.role_required": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "address_forbidden" | "sign_up_refused" | "origin_forbidden" | "role_required" | "scope_required";
                };
            };
        };
        /** @description One of: `auth_off`, `organisation_not_found` */
        readonly "Problem404.auth_off.organisation_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "auth_off" | "organisation_not_found";
                };
            };
        };
        /** @description One of: `entity_not_found`, `feature_view_not_found`, `feature_view_version_not_found`, `feature_not_found`, `feature_service_not_found`, `feature_service_version_not_found`, `training_set_not_found`, `training_set_elsewhere` */
        readonly "Problem404.createTrainingSet": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "entity_not_found" | "feature_view_not_found" | "feature_view_version_not_found" | "feature_not_found" | "feature_service_not_found" | "feature_service_version_not_found" | "training_set_not_found" | "training_set_elsewhere";
                };
            };
        };
        /** @description One of: `dataset_build_not_found`, `dataset_not_found` */
        readonly "Problem404.dataset_build_not_found.dataset_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "dataset_build_not_found" | "dataset_not_found";
                };
            };
        };
        /** @description One of: `dataset_not_found` */
        readonly "Problem404.dataset_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "dataset_not_found";
                };
            };
        };
        /** @description One of: `dataset_not_found`, `export_not_found` */
        readonly "Problem404.dataset_not_found.export_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "dataset_not_found" | "export_not_found";
                };
            };
        };
        /** @description One of: `dataset_not_found`, `snapshot_not_found` */
        readonly "Problem404.dataset_not_found.snapshot_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "dataset_not_found" | "snapshot_not_found";
                };
            };
        };
        /** @description One of: `dataset_not_found`, `snapshot_not_found`, `dataset_file_not_found` */
        readonly "Problem404.dataset_not_found.snapshot_not_found.dataset_file_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "dataset_not_found" | "snapshot_not_found" | "dataset_file_not_found";
                };
            };
        };
        /** @description One of: `dataset_not_found`, `snapshot_not_found`, `dataset_file_not_found`, `export_not_found` */
        readonly "Problem404.dataset_not_found.snapshot_not_found.dataset_file_not_found.export_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "dataset_not_found" | "snapshot_not_found" | "dataset_file_not_found" | "export_not_found";
                };
            };
        };
        /** @description One of: `feature_view_not_found`, `feature_view_version_not_found` */
        readonly "Problem404.feature_view_not_found.feature_view_version_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "feature_view_not_found" | "feature_view_version_not_found";
                };
            };
        };
        /** @description One of: `organisation_not_found` */
        readonly "Problem404.organisation_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "organisation_not_found";
                };
            };
        };
        /** @description One of: `organisation_not_found`, `key_not_found` */
        readonly "Problem404.organisation_not_found.key_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "organisation_not_found" | "key_not_found";
                };
            };
        };
        /** @description One of: `path_not_found`, `auth_off`, `organisation_not_found`, `invitation_not_found` */
        readonly "Problem404.path_not_found.auth_off.organisation_not_found.invitation_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "auth_off" | "organisation_not_found" | "invitation_not_found";
                };
            };
        };
        /** @description One of: `path_not_found`, `auth_off`, `organisation_not_found`, `member_not_found` */
        readonly "Problem404.path_not_found.auth_off.organisation_not_found.member_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "auth_off" | "organisation_not_found" | "member_not_found";
                };
            };
        };
        /** @description One of: `path_not_found`, `feature_service_not_found` */
        readonly "Problem404.path_not_found.feature_service_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "feature_service_not_found";
                };
            };
        };
        /** @description One of: `path_not_found`, `feature_view_not_found` */
        readonly "Problem404.path_not_found.feature_view_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "feature_view_not_found";
                };
            };
        };
        /** @description One of: `path_not_found`, `feature_view_not_found`, `feature_view_version_not_found` */
        readonly "Problem404.path_not_found.feature_view_not_found.feature_view_version_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "feature_view_not_found" | "feature_view_version_not_found";
                };
            };
        };
        /** @description One of: `path_not_found`, `feature_view_not_found`, `feature_view_version_not_found`, `profile_not_found` */
        readonly "Problem404.path_not_found.feature_view_not_found.feature_view_version_not_found.profile_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "feature_view_not_found" | "feature_view_version_not_found" | "profile_not_found";
                };
            };
        };
        /** @description One of: `path_not_found`, `key_not_found` */
        readonly "Problem404.path_not_found.key_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "key_not_found";
                };
            };
        };
        /** @description One of: `path_not_found`, `organisation_not_found`, `key_not_found` */
        readonly "Problem404.path_not_found.organisation_not_found.key_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "organisation_not_found" | "key_not_found";
                };
            };
        };
        /** @description One of: `path_not_found`, `training_set_not_found` */
        readonly "Problem404.path_not_found.training_set_not_found": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "training_set_not_found";
                };
            };
        };
        /** @description One of: `path_not_found`, `training_set_not_found`, `training_set_elsewhere` */
        readonly "Problem404.path_not_found.training_set_not_found.training_set_elsewhere": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "training_set_not_found" | "training_set_elsewhere";
                };
            };
        };
        /** @description One of: `path_not_found`, `entity_not_found`, `feature_view_not_found`, `feature_view_version_not_found`, `feature_not_found`, `embedding_not_found` */
        readonly "Problem404.readEmbeddings": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "entity_not_found" | "feature_view_not_found" | "feature_view_version_not_found" | "feature_not_found" | "embedding_not_found";
                };
            };
        };
        /** @description One of: `entity_not_found`, `feature_view_not_found`, `feature_view_version_not_found`, `feature_not_found`, `embedding_not_found` */
        readonly "Problem404.readEmbeddingsBatch": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "entity_not_found" | "feature_view_not_found" | "feature_view_version_not_found" | "feature_not_found" | "embedding_not_found";
                };
            };
        };
        /** @description One of: `path_not_found`, `entity_not_found`, `feature_view_not_found`, `feature_view_version_not_found`, `feature_not_found`, `feature_service_not_found`, `feature_service_version_not_found` */
        readonly "Problem404.readFeatures": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "entity_not_found" | "feature_view_not_found" | "feature_view_version_not_found" | "feature_not_found" | "feature_service_not_found" | "feature_service_version_not_found";
                };
            };
        };
        /** @description One of: `entity_not_found`, `feature_view_not_found`, `feature_view_version_not_found`, `feature_not_found`, `feature_service_not_found`, `feature_service_version_not_found` */
        readonly "Problem404.readFeaturesBatch": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "entity_not_found" | "feature_view_not_found" | "feature_view_version_not_found" | "feature_not_found" | "feature_service_not_found" | "feature_service_version_not_found";
                };
            };
        };
        /** @description One of: `path_not_found`, `feature_view_not_found`, `feature_view_version_not_found`, `baseline_missing`, `profile_not_found` */
        readonly "Problem404.readFeatureViewDrift": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "path_not_found" | "feature_view_not_found" | "feature_view_version_not_found" | "baseline_missing" | "profile_not_found";
                };
            };
        };
        /** @description One of: `entity_not_found`, `feature_view_not_found`, `feature_view_version_not_found`, `feature_not_found`, `feature_service_not_found`, `feature_service_version_not_found`, `embedding_not_found`, `vector_not_found` */
        readonly "Problem404.searchEmbeddings": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "entity_not_found" | "feature_view_not_found" | "feature_view_version_not_found" | "feature_not_found" | "feature_service_not_found" | "feature_service_version_not_found" | "embedding_not_found" | "vector_not_found";
                };
            };
        };
        /** @description One of: `not_acceptable` */
        readonly "Problem406.not_acceptable": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "not_acceptable";
                };
            };
        };
        /** @description One of: `already_member`, `too_many_invitations` */
        readonly "Problem409.already_member.too_many_invitations": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "already_member" | "too_many_invitations";
                };
            };
        };
        /** @description One of: `dataset_build_running` */
        readonly "Problem409.dataset_build_running": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "dataset_build_running";
                };
            };
        };
        /** @description One of: `export_not_finished` */
        readonly "Problem409.export_not_finished": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "export_not_finished";
                };
            };
        };
        /** @description One of: `idempotency_key_reused` */
        readonly "Problem409.idempotency_key_reused": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "idempotency_key_reused";
                };
            };
        };
        /** @description One of: `key_not_active` */
        readonly "Problem409.key_not_active": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "key_not_active";
                };
            };
        };
        /** @description One of: `key_not_active`, `key_already_rotated`, `too_many_keys` */
        readonly "Problem409.key_not_active.key_already_rotated.too_many_keys": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "key_not_active" | "key_already_rotated" | "too_many_keys";
                };
            };
        };
        /** @description One of: `last_owner` */
        readonly "Problem409.last_owner": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "last_owner";
                };
            };
        };
        /** @description One of: `terms_version_unknown` */
        readonly "Problem409.terms_version_unknown": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "terms_version_unknown";
                };
            };
        };
        /** @description One of: `too_many_keys` */
        readonly "Problem409.too_many_keys": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "too_many_keys";
                };
            };
        };
        /** @description One of: `training_set_finished` */
        readonly "Problem409.training_set_finished": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "training_set_finished";
                };
            };
        };
        /** @description One of: `training_set_not_finished` */
        readonly "Problem409.training_set_not_finished": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "training_set_not_finished";
                };
            };
        };
        /** @description One of: `training_set_not_finished`, `idempotency_key_reused` */
        readonly "Problem409.training_set_not_finished.idempotency_key_reused": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "training_set_not_finished" | "idempotency_key_reused";
                };
            };
        };
        /** @description One of: `feature_view_retired` */
        readonly "Problem410.feature_view_retired": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "feature_view_retired";
                };
            };
        };
        /** @description One of: `snapshot_withdrawn` */
        readonly "Problem410.snapshot_withdrawn": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "snapshot_withdrawn";
                };
            };
        };
        /** @description One of: `snapshot_withdrawn`, `export_expired` */
        readonly "Problem410.snapshot_withdrawn.export_expired": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "snapshot_withdrawn" | "export_expired";
                };
            };
        };
        /** @description One of: `training_set_without_data` */
        readonly "Problem410.training_set_without_data": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "training_set_without_data";
                };
            };
        };
        /** @description One of: `precondition_failed` */
        readonly "Problem412.precondition_failed": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "precondition_failed";
                };
            };
        };
        /** @description One of: `body_too_large` */
        readonly "Problem413.body_too_large": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "body_too_large";
                };
            };
        };
        /** @description One of: `body_too_large`, `spine_too_large`, `spine_too_wide`, `spine_header_too_long`, `spine_line_too_long`, `spine_field_too_long` */
        readonly "Problem413.createTrainingSet": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "body_too_large" | "spine_too_large" | "spine_too_wide" | "spine_header_too_long" | "spine_line_too_long" | "spine_field_too_long";
                };
            };
        };
        /** @description One of: `unsupported_content_encoding`, `unsupported_media_type` */
        readonly "Problem415.unsupported_content_encoding.unsupported_media_type": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "unsupported_content_encoding" | "unsupported_media_type";
                };
            };
        };
        /** @description One of: `range_not_satisfiable` */
        readonly "Problem416.range_not_satisfiable": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "range_not_satisfiable";
                };
            };
        };
        /** @description One of: `rate_limited`, `quota_exceeded`, `too_many_failed_attempts` */
        readonly Problem429: {
            headers: {
                /** @description Seconds after which to try again, where that is known */
                readonly "Retry-After"?: string;
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "rate_limited" | "quota_exceeded" | "too_many_failed_attempts";
                };
            };
        };
        /** @description One of: `export_limit_reached`, `rate_limited`, `quota_exceeded`, `too_many_failed_attempts` */
        readonly "Problem429.export_limit_reached": {
            headers: {
                /** @description Seconds after which to try again, where that is known */
                readonly "Retry-After"?: string;
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "export_limit_reached" | "rate_limited" | "quota_exceeded" | "too_many_failed_attempts";
                };
            };
        };
        /** @description One of: `rate_limited`, `quota_exceeded`, `too_many_failed_attempts`, `too_many_mails` */
        readonly "Problem429.too_many_mails": {
            headers: {
                /** @description Seconds after which to try again, where that is known */
                readonly "Retry-After"?: string;
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "rate_limited" | "quota_exceeded" | "too_many_failed_attempts" | "too_many_mails";
                };
            };
        };
        /** @description One of: `rate_limited`, `quota_exceeded`, `training_tenant_queue_full`, `too_many_failed_attempts` */
        readonly "Problem429.training_tenant_queue_full": {
            headers: {
                /** @description Seconds after which to try again, where that is known */
                readonly "Retry-After"?: string;
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "rate_limited" | "quota_exceeded" | "training_tenant_queue_full" | "too_many_failed_attempts";
                };
            };
        };
        /** @description One of: `internal` */
        readonly Problem500: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "internal";
                };
            };
        };
        /** @description One of: `snapshot_damaged`, `internal` */
        readonly "Problem500.snapshot_damaged": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "snapshot_damaged" | "internal";
                };
            };
        };
        /** @description One of: `starting`, `store_unavailable`, `store_timeout`, `overloaded` */
        readonly Problem503: {
            headers: {
                /** @description Seconds after which to try again, where that is known */
                readonly "Retry-After"?: string;
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "starting" | "store_unavailable" | "store_timeout" | "overloaded";
                };
            };
        };
        /** @description One of: `storage_unavailable`, `starting`, `store_unavailable`, `store_timeout`, `overloaded` */
        readonly "Problem503.storage_unavailable": {
            headers: {
                /** @description Seconds after which to try again, where that is known */
                readonly "Retry-After"?: string;
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "storage_unavailable" | "starting" | "store_unavailable" | "store_timeout" | "overloaded";
                };
            };
        };
        /** @description One of: `starting`, `view_not_materialized`, `store_unavailable`, `store_timeout`, `overloaded` */
        readonly "Problem503.view_not_materialized": {
            headers: {
                /** @description Seconds after which to try again, where that is known */
                readonly "Retry-After"?: string;
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "starting" | "view_not_materialized" | "store_unavailable" | "store_timeout" | "overloaded";
                };
            };
        };
        /** @description One of: `starting`, `view_not_materialized`, `store_unavailable`, `source_unavailable`, `store_timeout`, `overloaded` */
        readonly "Problem503.view_not_materialized.source_unavailable": {
            headers: {
                /** @description Seconds after which to try again, where that is known */
                readonly "Retry-After"?: string;
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "starting" | "view_not_materialized" | "store_unavailable" | "source_unavailable" | "store_timeout" | "overloaded";
                };
            };
        };
        /** @description One of: `starting`, `view_not_materialized`, `store_unavailable`, `store_timeout`, `training_queue_full`, `overloaded` */
        readonly "Problem503.view_not_materialized.training_queue_full": {
            headers: {
                /** @description Seconds after which to try again, where that is known */
                readonly "Retry-After"?: string;
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "starting" | "view_not_materialized" | "store_unavailable" | "store_timeout" | "training_queue_full" | "overloaded";
                };
            };
        };
        /** @description One of: `storage_full` */
        readonly "Problem507.storage_full": {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    readonly code?: "storage_full";
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly entry: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The paths of the server */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "featstore",
                     *       "version": "0.1.0",
                     *       "api": "/api",
                     *       "openapi": "/openapi.json",
                     *       "docs": "/docs",
                     *       "errors": "/docs/errors",
                     *       "health": "/health"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Entry"];
                };
            };
            /** @description Redirects to the page of the API, for a browser */
            readonly 302: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 406: components["responses"]["Problem406.not_acceptable"];
        };
    };
    readonly readAccount: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The account */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "person": {
                     *         "id": "0cZ5nB2rJmT8yQkWvLdXsA1eGfHpUiO3",
                     *         "email": "ada@example.com",
                     *         "name": "Ada",
                     *         "operator": false
                     *       },
                     *       "organisation": {
                     *         "id": "org_k3v5t7n2q6x4a2c5",
                     *         "name": "Example Music",
                     *         "tier": "free",
                     *         "tenant": null,
                     *         "created_at": "2026-11-22T20:51:06.363000Z"
                     *       },
                     *       "role": "owner",
                     *       "organisations": [
                     *         {
                     *           "id": "org_k3v5t7n2q6x4a2c5",
                     *           "name": "Example Music",
                     *           "role": "owner"
                     *         }
                     *       ],
                     *       "invitations": []
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Account"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden"];
            readonly 404: components["responses"]["Problem404.auth_off.organisation_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly deleteAccount: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The person's id */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deleted": "0cZ5nB2rJmT8yQkWvLdXsA1eGfHpUiO3"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Deleted"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden.person_required"];
            readonly 404: components["responses"]["Problem404.auth_off.organisation_not_found"];
            readonly 409: components["responses"]["Problem409.last_owner"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly changeAccount: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "organisation_name": "Example Music"
                 *     }
                 */
                readonly "application/json": components["schemas"]["AccountChange"];
            };
        };
        readonly responses: {
            /** @description The account after the change */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "person": {
                     *         "id": "0cZ5nB2rJmT8yQkWvLdXsA1eGfHpUiO3",
                     *         "email": "ada@example.com",
                     *         "name": "Ada",
                     *         "operator": false
                     *       },
                     *       "organisation": {
                     *         "id": "org_k3v5t7n2q6x4a2c5",
                     *         "name": "Example Music",
                     *         "tier": "free",
                     *         "tenant": null,
                     *         "created_at": "2026-11-22T20:51:06.363000Z"
                     *       },
                     *       "role": "owner",
                     *       "organisations": [
                     *         {
                     *           "id": "org_k3v5t7n2q6x4a2c5",
                     *           "name": "Example Music",
                     *           "role": "owner"
                     *         }
                     *       ],
                     *       "invitations": []
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Account"];
                };
            };
            readonly 400: components["responses"]["Problem400.body_required.invalid_json.invalid_body"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden.person_required.role_required"];
            readonly 404: components["responses"]["Problem404.auth_off.organisation_not_found"];
            readonly 413: components["responses"]["Problem413.body_too_large"];
            readonly 415: components["responses"]["Problem415.unsupported_content_encoding.unsupported_media_type"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly exportAccount: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The person's data */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "person": {
                     *         "id": "0cZ5nB2rJmT8yQkWvLdXsA1eGfHpUiO3",
                     *         "email": "ada@example.com",
                     *         "name": "Ada",
                     *         "operator": false,
                     *         "created_at": "2026-11-22T20:51:06.363000Z"
                     *       },
                     *       "operator": false,
                     *       "memberships": [
                     *         {
                     *           "organisation_id": "org_k3v5t7n2q6x4a2c5",
                     *           "organisation": "Example Music",
                     *           "role": "owner"
                     *         }
                     *       ],
                     *       "invitations": [],
                     *       "sessions": [],
                     *       "sign_in_providers": [],
                     *       "keys": [],
                     *       "actions": []
                     *     }
                     */
                    readonly "application/json": components["schemas"]["AccountExport"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden.person_required"];
            readonly 404: components["responses"]["Problem404.auth_off.organisation_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly deleteOrganisation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The organisation's id */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deleted": "org_k3v5t7n2q6x4a2c5"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Deleted"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden.person_required.role_required"];
            readonly 404: components["responses"]["Problem404.auth_off.organisation_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly listAuditLog: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description Only this action
                 * @example training_set.created
                 */
                readonly action?: string;
                /** @description The id of an entry: only older ones */
                readonly before?: string;
                /** @description `json` by default: `json`, `jsonl` */
                readonly format?: string;
                /** @description How many entries; 100 by default */
                readonly limit?: number;
                /** @description Only entries from this instant or day in UTC on */
                readonly since?: string;
                /** @description Only entries before this instant or day in UTC */
                readonly until?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The entries */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entries": [
                     *         {
                     *           "id": "812",
                     *           "at": "2026-11-22T20:50:25.677000Z",
                     *           "actor": {
                     *             "kind": "key",
                     *             "id": "k3v7w2q5m4x6p2ab",
                     *             "address": "192.0.2.7"
                     *           },
                     *           "organisation": "org_k3v7w2q5m4x6p2ab",
                     *           "action": "training_set.downloaded",
                     *           "subject": "q5m4x6p2abk3v7w2",
                     *           "before": null,
                     *           "after": null
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["AuditPage"];
                    readonly "application/x-ndjson": string;
                };
            };
            readonly 400: components["responses"]["Problem400.invalid_parameter"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden.role_required"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly downloadDataset: {
        readonly parameters: {
            readonly query: {
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly dataset: string;
                /** @description Columns with commas; the key is always included. Without it the response is a file of the snapshot */
                readonly features?: string;
                /** @description The format; `parquet` by default: `parquet`, `csv`, `jsonl`, `json` */
                readonly format?: string;
                /** @description The number of a part, from 0; not with `features` */
                readonly part?: string;
                /** @description The id of a snapshot, its version, or `latest`, the default */
                readonly snapshot?: string;
                /** @description `train`, `validation` or `test` */
                readonly split?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The columns */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": string;
                    readonly "application/vnd.apache.parquet": string;
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                    readonly "text/markdown": string;
                    readonly "text/plain": string;
                };
            };
            /** @description The export that is being made */
            readonly 202: {
                headers: {
                    /** @description The path of the export */
                    readonly Location: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k3v7w2q5m4x6p2ab",
                     *       "dataset": "state_of_the_union",
                     *       "snapshot": "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706",
                     *       "format": "csv",
                     *       "features": [
                     *         "speech_id",
                     *         "year"
                     *       ],
                     *       "split": null,
                     *       "state": "running",
                     *       "rows": 0,
                     *       "bytes": null,
                     *       "sha256": null,
                     *       "failure": null,
                     *       "created_at": "2026-11-23T07:30:00.000000Z",
                     *       "finished_at": null,
                     *       "expires_at": null,
                     *       "url": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DatasetExport"];
                };
            };
            /** @description To the file */
            readonly 302: {
                headers: {
                    readonly Location: string;
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem400.invalid_parameter.dataset_file_ambiguous.dataset_format_unknown.dataset_column_unknown"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden.terms_not_accepted"];
            readonly 404: components["responses"]["Problem404.dataset_not_found.snapshot_not_found.dataset_file_not_found"];
            readonly 409: components["responses"]["Problem409.idempotency_key_reused"];
            readonly 410: components["responses"]["Problem410.snapshot_withdrawn"];
            readonly 429: components["responses"]["Problem429.export_limit_reached"];
            readonly 500: components["responses"]["Problem500.snapshot_damaged"];
            readonly 503: components["responses"]["Problem503.storage_unavailable"];
        };
    };
    readonly listDatasets: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The datasets, by name */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "datasets": [
                     *         {
                     *           "name": "state_of_the_union",
                     *           "title": "State of the Union addresses",
                     *           "description": "The addresses since 1790",
                     *           "licence": "CC0-1.0",
                     *           "access": "public",
                     *           "key": [
                     *             "speech_id"
                     *           ],
                     *           "latest": {
                     *             "id": "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706",
                     *             "version": "1.0.0",
                     *             "rows": 244,
                     *             "created_at": "2026-11-23T07:30:00.000000Z"
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DatasetList"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly readDataset: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The dataset */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "state_of_the_union",
                     *       "title": "State of the Union addresses",
                     *       "description": "The addresses since 1790",
                     *       "licence": "CC0-1.0",
                     *       "access": "public",
                     *       "key": [
                     *         "speech_id"
                     *       ],
                     *       "latest": {
                     *         "id": "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706",
                     *         "version": "1.0.0",
                     *         "rows": 244,
                     *         "created_at": "2026-11-23T07:30:00.000000Z"
                     *       },
                     *       "columns": [
                     *         {
                     *           "name": "speech_id",
                     *           "type": "string",
                     *           "nullable": false,
                     *           "description": "Identifies the row.",
                     *           "unit": null
                     *         },
                     *         {
                     *           "name": "year",
                     *           "type": "int32",
                     *           "nullable": false,
                     *           "description": "The year of the address",
                     *           "unit": null
                     *         }
                     *       ],
                     *       "terms": null,
                     *       "cadence": "Once a year",
                     *       "contact": "data@example.com",
                     *       "downloads": 12,
                     *       "card": "# State of the Union addresses\n"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Dataset"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.dataset_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503.storage_unavailable"];
        };
    };
    readonly readDatasetBuild: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id of the build
                 * @example k3v7w2q5m4x6p2ab
                 */
                readonly id: string;
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The build */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k3v7w2q5m4x6p2ab",
                     *       "dataset": "state_of_the_union",
                     *       "state": "running",
                     *       "rows": 0,
                     *       "snapshot": null,
                     *       "unchanged": null,
                     *       "failure": null,
                     *       "created_at": "2026-11-23T07:30:00.000000Z",
                     *       "finished_at": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DatasetBuild"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.dataset_build_not_found.dataset_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly createDatasetExport: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 200 printable characters without spaces */
                readonly "Idempotency-Key"?: string;
            };
            readonly path: {
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "snapshot": "latest",
                 *       "format": "csv",
                 *       "features": [
                 *         "year"
                 *       ]
                 *     }
                 */
                readonly "application/json": components["schemas"]["DatasetExportRequest"];
            };
        };
        readonly responses: {
            /** @description The finished export of a repeated request */
            readonly 200: {
                headers: {
                    /** @description The path of the export */
                    readonly Location: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k3v7w2q5m4x6p2ab",
                     *       "dataset": "state_of_the_union",
                     *       "snapshot": "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706",
                     *       "format": "csv",
                     *       "features": [
                     *         "speech_id",
                     *         "year"
                     *       ],
                     *       "split": null,
                     *       "state": "running",
                     *       "rows": 0,
                     *       "bytes": null,
                     *       "sha256": null,
                     *       "failure": null,
                     *       "created_at": "2026-11-23T07:30:00.000000Z",
                     *       "finished_at": null,
                     *       "expires_at": null,
                     *       "url": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DatasetExport"];
                };
            };
            /** @description The export is being made */
            readonly 202: {
                headers: {
                    /** @description The path of the export */
                    readonly Location: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k3v7w2q5m4x6p2ab",
                     *       "dataset": "state_of_the_union",
                     *       "snapshot": "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706",
                     *       "format": "csv",
                     *       "features": [
                     *         "speech_id",
                     *         "year"
                     *       ],
                     *       "split": null,
                     *       "state": "running",
                     *       "rows": 0,
                     *       "bytes": null,
                     *       "sha256": null,
                     *       "failure": null,
                     *       "created_at": "2026-11-23T07:30:00.000000Z",
                     *       "finished_at": null,
                     *       "expires_at": null,
                     *       "url": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DatasetExport"];
                };
            };
            readonly 400: components["responses"]["Problem400.createDatasetExport"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden.terms_not_accepted"];
            readonly 404: components["responses"]["Problem404.dataset_not_found.snapshot_not_found.dataset_file_not_found"];
            readonly 409: components["responses"]["Problem409.idempotency_key_reused"];
            readonly 410: components["responses"]["Problem410.snapshot_withdrawn"];
            readonly 413: components["responses"]["Problem413.body_too_large"];
            readonly 415: components["responses"]["Problem415.unsupported_content_encoding.unsupported_media_type"];
            readonly 429: components["responses"]["Problem429.export_limit_reached"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
            readonly 507: components["responses"]["Problem507.storage_full"];
        };
    };
    readonly readDatasetExport: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id of the export
                 * @example k3v7w2q5m4x6p2ab
                 */
                readonly id: string;
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The export */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k3v7w2q5m4x6p2ab",
                     *       "dataset": "state_of_the_union",
                     *       "snapshot": "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706",
                     *       "format": "csv",
                     *       "features": [
                     *         "speech_id",
                     *         "year"
                     *       ],
                     *       "split": null,
                     *       "state": "running",
                     *       "rows": 0,
                     *       "bytes": null,
                     *       "sha256": null,
                     *       "failure": null,
                     *       "created_at": "2026-11-23T07:30:00.000000Z",
                     *       "finished_at": null,
                     *       "expires_at": null,
                     *       "url": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DatasetExport"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.dataset_not_found.export_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly cancelDatasetExport: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id of the export
                 * @example k3v7w2q5m4x6p2ab
                 */
                readonly id: string;
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The export, which has ended or is about to */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k3v7w2q5m4x6p2ab",
                     *       "dataset": "state_of_the_union",
                     *       "snapshot": "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706",
                     *       "format": "csv",
                     *       "features": [
                     *         "speech_id",
                     *         "year"
                     *       ],
                     *       "split": null,
                     *       "state": "cancelled",
                     *       "rows": 0,
                     *       "bytes": null,
                     *       "sha256": null,
                     *       "failure": null,
                     *       "created_at": "2026-11-23T07:30:00.000000Z",
                     *       "finished_at": null,
                     *       "expires_at": null,
                     *       "url": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DatasetExport"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.dataset_not_found.export_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503.storage_unavailable"];
        };
    };
    readonly downloadDatasetExport: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Entity tags of the only files that the client wants */
                readonly "If-Match"?: string;
                /** @description Entity tags of files that the client has */
                readonly "If-None-Match"?: string;
                /** @description The `ETag` of the file that the part belongs to; of another file, the whole is sent */
                readonly "If-Range"?: string;
                /** @description One part of the file, `bytes=100-199`, `bytes=100-` or `bytes=-100`; of several the whole is sent */
                readonly Range?: string;
            };
            readonly path: {
                /**
                 * @description The id of the export
                 * @example k3v7w2q5m4x6p2ab
                 */
                readonly id: string;
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file */
            readonly 200: {
                headers: {
                    readonly "Accept-Ranges": string;
                    /** @description The SHA-256 of the file, in quotes */
                    readonly ETag: string;
                    /** @description The SHA-256 of the file, RFC 9530 */
                    readonly "Repr-Digest": string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": string;
                    readonly "application/vnd.apache.parquet": string;
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                    readonly "text/markdown": string;
                    readonly "text/plain": string;
                };
            };
            /** @description The requested part */
            readonly 206: {
                headers: {
                    readonly "Accept-Ranges": string;
                    /** @description The SHA-256 of the file, in quotes */
                    readonly ETag: string;
                    /** @description The SHA-256 of the file, RFC 9530 */
                    readonly "Repr-Digest": string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": string;
                    readonly "application/vnd.apache.parquet": string;
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                    readonly "text/markdown": string;
                    readonly "text/plain": string;
                };
            };
            /** @description To the storage */
            readonly 302: {
                headers: {
                    readonly Location: string;
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The client has this file already, as its If-None-Match says */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden.terms_not_accepted"];
            readonly 404: components["responses"]["Problem404.dataset_not_found.snapshot_not_found.dataset_file_not_found.export_not_found"];
            readonly 409: components["responses"]["Problem409.export_not_finished"];
            readonly 410: components["responses"]["Problem410.snapshot_withdrawn.export_expired"];
            readonly 412: components["responses"]["Problem412.precondition_failed"];
            readonly 416: components["responses"]["Problem416.range_not_satisfiable"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500.snapshot_damaged"];
            readonly 503: components["responses"]["Problem503.storage_unavailable"];
        };
    };
    readonly listDatasetSnapshots: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The snapshots, the newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "snapshots": [
                     *         {
                     *           "id": "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706",
                     *           "version": "1.0.0",
                     *           "rows": 244,
                     *           "created_at": "2026-11-23T07:30:00.000000Z",
                     *           "changes": null,
                     *           "withdrawn": null,
                     *           "files": [
                     *             {
                     *               "name": "train-00000-of-00001.parquet",
                     *               "path": "data/train-00000-of-00001.parquet",
                     *               "role": "data",
                     *               "format": "parquet",
                     *               "split": null,
                     *               "part": 0,
                     *               "rows": 244,
                     *               "bytes": 1048576,
                     *               "sha256": "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706",
                     *               "url": "/api/datasets/state_of_the_union/snapshots/5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706/files/train-00000-of-00001.parquet"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DatasetSnapshotList"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.dataset_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly buildDataset: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The build has begun */
            readonly 202: {
                headers: {
                    /** @description The path of the build */
                    readonly Location: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "k3v7w2q5m4x6p2ab",
                     *       "dataset": "state_of_the_union",
                     *       "state": "running",
                     *       "rows": 0,
                     *       "snapshot": null,
                     *       "unchanged": null,
                     *       "failure": null,
                     *       "created_at": "2026-11-23T07:30:00.000000Z",
                     *       "finished_at": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DatasetBuild"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.dataset_not_found"];
            readonly 409: components["responses"]["Problem409.dataset_build_running"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly readDatasetSnapshot: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly name: string;
                /**
                 * @description The id of a snapshot, its version, or `latest`
                 * @example latest
                 */
                readonly snapshot: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The manifest */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "5c0f6f2e6f0d4f1b9b6f5e1f4f6f9a0c7f3e2d1c0b9a8f7e6d5c4b3a29180706",
                     *       "version": "1.0.0",
                     *       "created_at": "2026-11-23T07:30:00.000000Z",
                     *       "manifest": {
                     *         "manifestVersion": 1,
                     *         "dataset": "state_of_the_union",
                     *         "version": "1.0.0"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DatasetSnapshotManifest"];
                };
            };
            /** @description To the address with the snapshot's id */
            readonly 302: {
                headers: {
                    readonly Location: string;
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.dataset_not_found.snapshot_not_found"];
            readonly 410: components["responses"]["Problem410.snapshot_withdrawn"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly downloadDatasetFile: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Entity tags of the only files that the client wants */
                readonly "If-Match"?: string;
                /** @description Entity tags of files that the client has */
                readonly "If-None-Match"?: string;
                /** @description The `ETag` of the file that the part belongs to; of another file, the whole is sent */
                readonly "If-Range"?: string;
                /** @description One part of the file, `bytes=100-199`, `bytes=100-` or `bytes=-100`; of several the whole is sent */
                readonly Range?: string;
            };
            readonly path: {
                /**
                 * @description The name of the file, as the manifest lists it
                 * @example train-00000-of-00001.parquet
                 */
                readonly file: string;
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly name: string;
                /**
                 * @description The id of a snapshot, its version, or `latest`
                 * @example latest
                 */
                readonly snapshot: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file */
            readonly 200: {
                headers: {
                    readonly "Accept-Ranges": string;
                    /** @description The SHA-256 of the file, in quotes */
                    readonly ETag: string;
                    /** @description The SHA-256 of the file, RFC 9530 */
                    readonly "Repr-Digest": string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": string;
                    readonly "application/vnd.apache.parquet": string;
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                    readonly "text/markdown": string;
                    readonly "text/plain": string;
                };
            };
            /** @description The requested part */
            readonly 206: {
                headers: {
                    readonly "Accept-Ranges": string;
                    /** @description The SHA-256 of the file, in quotes */
                    readonly ETag: string;
                    /** @description The SHA-256 of the file, RFC 9530 */
                    readonly "Repr-Digest": string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": string;
                    readonly "application/vnd.apache.parquet": string;
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                    readonly "text/markdown": string;
                    readonly "text/plain": string;
                };
            };
            /** @description To the address with the snapshot's id, or to the storage */
            readonly 302: {
                headers: {
                    readonly Location: string;
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The client has this file already, as its If-None-Match says */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden.terms_not_accepted"];
            readonly 404: components["responses"]["Problem404.dataset_not_found.snapshot_not_found.dataset_file_not_found"];
            readonly 410: components["responses"]["Problem410.snapshot_withdrawn"];
            readonly 412: components["responses"]["Problem412.precondition_failed"];
            readonly 416: components["responses"]["Problem416.range_not_satisfiable"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500.snapshot_damaged"];
            readonly 503: components["responses"]["Problem503.storage_unavailable"];
        };
    };
    readonly readDatasetTerms: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The terms */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "2026-11",
                     *       "text": "Use the data for research only."
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DatasetTerms"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.dataset_not_found"];
            readonly 409: components["responses"]["Problem409.terms_version_unknown"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly acceptDatasetTerms: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The name of the dataset
                 * @example state_of_the_union
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "version": "2026-11"
                 *     }
                 */
                readonly "application/json": components["schemas"]["DatasetTermsVersion"];
            };
        };
        readonly responses: {
            /** @description The terms are accepted */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dataset": "state_of_the_union",
                     *       "version": "2026-11",
                     *       "accepted_at": "2026-11-23T07:30:00.000000Z"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DatasetAcceptance"];
                };
            };
            readonly 400: components["responses"]["Problem400.body_required.invalid_json.invalid_body"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.dataset_not_found"];
            readonly 409: components["responses"]["Problem409.terms_version_unknown"];
            readonly 413: components["responses"]["Problem413.body_too_large"];
            readonly 415: components["responses"]["Problem415.unsupported_content_encoding.unsupported_media_type"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly readEmbeddings: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description `view.feature` or `view@2.feature`
                 * @example speech_embeddings.text
                 */
                readonly embedding?: string;
                /** @description The entity; by default that of the embedding, then the server's default */
                readonly entity?: string;
                /**
                 * @description How vectors are written; `json` by default
                 * @example base64
                 */
                readonly format?: "json" | "base64";
            };
            readonly header?: {
                /** @description Entity tags of answers that the client has */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /**
                 * @description The entity's key, as for features
                 * @example 1
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The embeddings */
            readonly 200: {
                headers: {
                    /** @description RFC 9745: since when a version that the answer reads is deprecated */
                    readonly Deprecation?: string;
                    /** @description For If-None-Match */
                    readonly ETag?: string;
                    /** @description The successor-version of each */
                    readonly Link?: string;
                    /** @description RFC 8594: when the first of them is no longer served */
                    readonly Sunset?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "speech_id": 1,
                     *       "embeddings": {
                     *         "speech_embeddings.text": {
                     *           "space": "minilm-l6-v2",
                     *           "dimensions": 384,
                     *           "metric": "cosine",
                     *           "status": "complete",
                     *           "vector": "Wxv0vHaFIz2vaIi7cY+lvcLsD71RtSe8…"
                     *         }
                     *       },
                     *       "status": "complete"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["EmbeddingsAnswer"];
                };
            };
            /** @description The client has this answer already, as its If-None-Match says */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem400.readEmbeddings"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden.tenant_required"];
            readonly 404: components["responses"]["Problem404.readEmbeddings"];
            readonly 410: components["responses"]["Problem410.feature_view_retired"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503.view_not_materialized"];
        };
    };
    readonly readEmbeddingsBatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "ids": [
                 *         1,
                 *         4711
                 *       ],
                 *       "embedding": "speech_embeddings.text",
                 *       "format": "base64"
                 *     }
                 */
                readonly "application/json": components["schemas"]["EmbeddingsBatchRequest"];
            };
        };
        readonly responses: {
            /** @description The vectors */
            readonly 200: {
                headers: {
                    /** @description RFC 9745: since when a version that the answer reads is deprecated */
                    readonly Deprecation?: string;
                    /** @description The successor-version of each */
                    readonly Link?: string;
                    /** @description RFC 8594: when the first of them is no longer served */
                    readonly Sunset?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ids": [
                     *         1,
                     *         4711
                     *       ],
                     *       "embeddings": {
                     *         "speech_embeddings.text": {
                     *           "space": "minilm-l6-v2",
                     *           "dimensions": 384,
                     *           "metric": "cosine",
                     *           "vectors": [
                     *             "Wxv0vHaFIz2vaIi7cY+lvcLsD71RtSe8…",
                     *             null
                     *           ]
                     *         }
                     *       },
                     *       "status": [
                     *         "complete",
                     *         "unknown_entity"
                     *       ],
                     *       "views": [
                     *         "speech_embeddings"
                     *       ],
                     *       "statuses": [
                     *         [
                     *           "complete"
                     *         ],
                     *         [
                     *           "unknown_entity"
                     *         ]
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["EmbeddingsBatchAnswer"];
                };
            };
            readonly 400: components["responses"]["Problem400.readEmbeddingsBatch"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden.tenant_required"];
            readonly 404: components["responses"]["Problem404.readEmbeddingsBatch"];
            readonly 410: components["responses"]["Problem410.feature_view_retired"];
            readonly 413: components["responses"]["Problem413.body_too_large"];
            readonly 415: components["responses"]["Problem415.unsupported_content_encoding.unsupported_media_type"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503.view_not_materialized"];
        };
    };
    readonly searchEmbeddings: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "embedding": "speech_embeddings.text",
                 *       "id": 1,
                 *       "k": 2,
                 *       "filter": {
                 *         "feature": "speech_sentiment.sentiment",
                 *         "op": "eq",
                 *         "value": "positive"
                 *       },
                 *       "features": [
                 *         "speech_profile.title"
                 *       ]
                 *     }
                 */
                readonly "application/json": components["schemas"]["EmbeddingsSearchRequest"];
            };
        };
        readonly responses: {
            /** @description The hits */
            readonly 200: {
                headers: {
                    /** @description RFC 9745: since when a version that the answer reads is deprecated */
                    readonly Deprecation?: string;
                    /** @description The successor-version of each */
                    readonly Link?: string;
                    /** @description RFC 8594: when the first of them is no longer served */
                    readonly Sunset?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "embedding": "speech_embeddings.text",
                     *       "space": "minilm-l6-v2",
                     *       "dimensions": 384,
                     *       "metric": "cosine",
                     *       "method": "exact",
                     *       "generation": 1,
                     *       "hits": [
                     *         {
                     *           "id": 41,
                     *           "score": 0.8860981033267281,
                     *           "distance": 0.11390189667327189
                     *         },
                     *         {
                     *           "id": 35,
                     *           "score": 0.8711711108029502,
                     *           "distance": 0.12882888919704982
                     *         }
                     *       ],
                     *       "features": {
                     *         "ids": [
                     *           41,
                     *           35
                     *         ],
                     *         "columns": [
                     *           "speech_profile.title"
                     *         ],
                     *         "rows": [
                     *           [
                     *             "State of the Union Address, 1830"
                     *           ],
                     *           [
                     *             "State of the Union Address, 1824"
                     *           ]
                     *         ],
                     *         "status": [
                     *           "complete",
                     *           "complete"
                     *         ],
                     *         "views": [
                     *           "speech_profile"
                     *         ]
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["EmbeddingsSearchAnswer"];
                };
            };
            readonly 400: components["responses"]["Problem400.searchEmbeddings"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden.tenant_required"];
            readonly 404: components["responses"]["Problem404.searchEmbeddings"];
            readonly 410: components["responses"]["Problem410.feature_view_retired"];
            readonly 413: components["responses"]["Problem413.body_too_large"];
            readonly 415: components["responses"]["Problem415.unsupported_content_encoding.unsupported_media_type"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503.view_not_materialized"];
        };
    };
    readonly listFeatureServices: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The services, by name, newest version first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "feature_services": [
                     *         {
                     *           "name": "party_predictor",
                     *           "version": 1,
                     *           "promoted": true,
                     *           "entity": "speech",
                     *           "features": [
                     *             "speech_profile@1.year",
                     *             "speech_sentiment@1.sentiment"
                     *           ],
                     *           "through": {},
                     *           "inputs": [],
                     *           "computed": [],
                     *           "description": "Inputs of a model that answers which party the speaker belonged to",
                     *           "owner": "samples",
                     *           "tags": [],
                     *           "applied_at": "2026-11-22T20:50:23.705000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["FeatureServiceList"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly readFeatureService: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The name of the feature service
                 * @example party_predictor
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The versions, newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "party_predictor",
                     *       "promoted": 1,
                     *       "next": null,
                     *       "versions": [
                     *         {
                     *           "name": "party_predictor",
                     *           "version": 1,
                     *           "promoted": true,
                     *           "entity": "speech",
                     *           "features": [
                     *             "speech_profile@1.year",
                     *             "speech_sentiment@1.sentiment"
                     *           ],
                     *           "through": {},
                     *           "inputs": [],
                     *           "computed": [],
                     *           "description": "Inputs of a model that answers which party the speaker belonged to",
                     *           "owner": "samples",
                     *           "tags": [],
                     *           "applied_at": "2026-11-22T20:50:23.705000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["FeatureServiceVersions"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.path_not_found.feature_service_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly listFeatureViews: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The feature views, by name */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "feature_views": [
                     *         {
                     *           "name": "speaker_profile",
                     *           "version": 1,
                     *           "promoted": true,
                     *           "state": "active",
                     *           "deprecation": null,
                     *           "entity": "speaker",
                     *           "scope": "shared",
                     *           "description": "How many speeches a president gave, and in which years",
                     *           "owner": "samples",
                     *           "tags": [
                     *             "speakers"
                     *           ],
                     *           "ttl_seconds": null,
                     *           "freshness_seconds": null,
                     *           "served": {
                     *             "generation": 1,
                     *             "as_of": "2026-11-22T20:50:25.261000Z",
                     *             "published_at": "2026-11-22T20:50:25.402000Z",
                     *             "rows": 43
                     *           },
                     *           "features": [
                     *             "first_year",
                     *             "last_year",
                     *             "speeches"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["FeatureViewList"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly readFeatureView: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The name of the feature view
                 * @example speaker_profile
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The versions, newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "speaker_profile",
                     *       "promoted": 1,
                     *       "next": null,
                     *       "versions": [
                     *         {
                     *           "name": "speaker_profile",
                     *           "version": 1,
                     *           "promoted": true,
                     *           "state": "active",
                     *           "deprecation": null,
                     *           "entity": "speaker",
                     *           "scope": "shared",
                     *           "description": "How many speeches a president gave, and in which years",
                     *           "owner": "samples",
                     *           "tags": [
                     *             "speakers"
                     *           ],
                     *           "ttl_seconds": null,
                     *           "freshness_seconds": null,
                     *           "served": {
                     *             "generation": 1,
                     *             "as_of": "2026-11-22T20:50:25.261000Z",
                     *             "published_at": "2026-11-22T20:50:25.402000Z",
                     *             "rows": 43
                     *           },
                     *           "features": [
                     *             "first_year",
                     *             "last_year",
                     *             "speeches"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["FeatureView"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.path_not_found.feature_view_not_found"];
            readonly 410: components["responses"]["Problem410.feature_view_retired"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly readFeatureViewDrift: {
        readonly parameters: {
            readonly query?: {
                /** @description What to compare with, the published generation before it or the chosen baseline: `previous`, `baseline` */
                readonly against?: string;
                /** @description The number of a generation to compare with instead of the chosen one */
                readonly baseline?: number;
                /** @description The generation to look at; by default the served one, or the newest before it that has a profile */
                readonly generation?: number;
                /** @description The number of the version; by default the promoted one */
                readonly version?: number;
            };
            readonly header?: never;
            readonly path: {
                /**
                 * @description The name of the feature view
                 * @example speech_sentiment
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The drift */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "view": "speech_sentiment",
                     *       "version": 1,
                     *       "tenant": null,
                     *       "against": "previous",
                     *       "baseline": {
                     *         "generation": 1,
                     *         "as_of": "2026-11-22T20:50:25.677000Z",
                     *         "rows": 233
                     *       },
                     *       "current": {
                     *         "generation": 2,
                     *         "as_of": "2026-11-22T21:50:25.677000Z",
                     *         "rows": 233
                     *       },
                     *       "features": [
                     *         {
                     *           "feature": "confidence",
                     *           "psi": 0.004,
                     *           "jensen_shannon": 0.001,
                     *           "kolmogorov_smirnov": 0.013,
                     *           "null_shift": 0,
                     *           "judged": true,
                     *           "exceeded": []
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["FeatureViewDrift"];
                };
            };
            readonly 400: components["responses"]["Problem400.invalid_parameter"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.readFeatureViewDrift"];
            readonly 410: components["responses"]["Problem410.feature_view_retired"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503.view_not_materialized"];
        };
    };
    readonly readFeatureViewProfile: {
        readonly parameters: {
            readonly query?: {
                /** @description The number of the generation; by default the served one, or the newest before it that has a profile */
                readonly generation?: number;
                /** @description The number of the version; by default the promoted one */
                readonly version?: number;
            };
            readonly header?: never;
            readonly path: {
                /**
                 * @description The name of the feature view
                 * @example speaker_profile
                 */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The profile */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "view": "speaker_profile",
                     *       "version": 1,
                     *       "generation": 1,
                     *       "as_of": "2026-11-22T20:50:25.261000Z",
                     *       "published_at": "2026-11-22T20:50:25.402000Z",
                     *       "tenant": null,
                     *       "rows": 43,
                     *       "scopes": null,
                     *       "drift": [],
                     *       "features": {
                     *         "first_year": {
                     *           "type": "int32",
                     *           "nulls": 0,
                     *           "null_fraction": 0,
                     *           "distinct": 43,
                     *           "distinct_is_estimate": false,
                     *           "minimum": 1790,
                     *           "maximum": 2021,
                     *           "mean": 1902.6279069767443,
                     *           "deviation": 67.06607376518215,
                     *           "quantiles": {
                     *             "p01": 1790,
                     *             "p05": 1801,
                     *             "p25": 1849,
                     *             "p50": 1897,
                     *             "p75": 1964,
                     *             "p95": 2009,
                     *             "p99": 2021
                     *           },
                     *           "histogram": {
                     *             "edges": [
                     *               1790,
                     *               1801,
                     *               1817,
                     *               1829,
                     *               1841,
                     *               1849,
                     *               1853,
                     *               1865,
                     *               1877,
                     *               1885,
                     *               1897,
                     *               1909,
                     *               1921,
                     *               1929,
                     *               1953,
                     *               1964,
                     *               1975,
                     *               1982,
                     *               1993,
                     *               2009,
                     *               2021
                     *             ],
                     *             "share": 0.05
                     *           },
                     *           "top_values": null,
                     *           "norms": null,
                     *           "duplicate_share": null
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["FeatureViewProfile"];
                };
            };
            readonly 400: components["responses"]["Problem400.invalid_parameter"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.path_not_found.feature_view_not_found.feature_view_version_not_found.profile_not_found"];
            readonly 410: components["responses"]["Problem410.feature_view_retired"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503.view_not_materialized"];
        };
    };
    readonly readFeatureViewVersion: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The name of the feature view
                 * @example speaker_profile
                 */
                readonly name: string;
                /**
                 * @description The number of the version: 1, 2, 3, …
                 * @example 1
                 */
                readonly version: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The version */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "speaker_profile",
                     *       "version": 1,
                     *       "promoted": true,
                     *       "state": "active",
                     *       "deprecation": null,
                     *       "entity": "speaker",
                     *       "scope": "shared",
                     *       "description": "How many speeches a president gave, and in which years",
                     *       "owner": "samples",
                     *       "tags": [
                     *         "speakers"
                     *       ],
                     *       "ttl_seconds": null,
                     *       "freshness_seconds": null,
                     *       "served": {
                     *         "generation": 1,
                     *         "as_of": "2026-11-22T20:50:25.261000Z",
                     *         "published_at": "2026-11-22T20:50:25.402000Z",
                     *         "rows": 43
                     *       },
                     *       "features": [
                     *         {
                     *           "name": "speeches",
                     *           "type": "int32",
                     *           "nullable": false,
                     *           "description": "Speeches of the president",
                     *           "unit": "speeches",
                     *           "minimum": null,
                     *           "maximum": null,
                     *           "allowed_values": null,
                     *           "maximum_null_fraction": null,
                     *           "owner": null,
                     *           "pii": false,
                     *           "tags": [],
                     *           "embedding": null
                     *         }
                     *       ],
                     *       "key": [
                     *         {
                     *           "name": "speaker",
                     *           "type": "string"
                     *         }
                     *       ],
                     *       "source": "speeches",
                     *       "meaning_hash": "6ab3e1c0899025845ae342b0c4c9db190f7ff040e7e36379b0a35454f66bd1c6",
                     *       "document_hash": "f3bb4d0f1c9d0d34a4d9bb30f7bd5ae5b5b8dc3e3a51ee9dc6b1a2b1ad29a0f6",
                     *       "applied_at": "2026-11-22T20:50:23.705000Z",
                     *       "sql": "select …",
                     *       "definition": {
                     *         "name": "speaker_profile",
                     *         "version": 1
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["FeatureViewVersion"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.path_not_found.feature_view_not_found.feature_view_version_not_found"];
            readonly 410: components["responses"]["Problem410.feature_view_retired"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly readRowSchema: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The name of the feature view
                 * @example speaker_profile
                 */
                readonly name: string;
                /**
                 * @description The number of the version: 1, 2, 3, …
                 * @example 1
                 */
                readonly version: number;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A JSON Schema (2020-12) */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "$schema": "https://json-schema.org/draft/2020-12/schema",
                     *       "$id": "/api/feature-views/speaker_profile/versions/1/schema",
                     *       "title": "speaker_profile@1",
                     *       "type": "object",
                     *       "properties": {
                     *         "speaker": {
                     *           "type": "string"
                     *         }
                     *       },
                     *       "required": [
                     *         "speaker",
                     *         "features"
                     *       ]
                     *     }
                     */
                    readonly "application/schema+json": {
                        readonly [key: string]: unknown;
                    };
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.path_not_found.feature_view_not_found.feature_view_version_not_found"];
            readonly 410: components["responses"]["Problem410.feature_view_retired"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly readFeatures: {
        readonly parameters: {
            readonly query?: {
                /** @description A past time with its zone: returns the values as they were known then, computed from the sources, for at most 100 ids (`limits.as_of_ids` of the server). Runs a query over each view's source */
                readonly as_of?: string;
                /** @description The entity; by default that of the named views, then the server's default */
                readonly entity?: string;
                /**
                 * @description Comma-separated `view`, `view.feature`, `view@2`, `view@2.feature`
                 * @example speech_sentiment.sentiment,speech_profile.speaker
                 */
                readonly features?: string;
                /** @description The service's inputs, a JSON object by name: `{"today":"2026-01-31"}` */
                readonly inputs?: string;
                /** @description Milliseconds, at most the server's deadline: views that take longer have the status `timeout` */
                readonly latency_budget_ms?: number;
                /**
                 * @description Adds each view's version, generation, times and age
                 * @example true
                 */
                readonly metadata?: "true" | "false";
                /** @description A feature service, `name` or `name@2`, or several of one entity with commas between; excludes `features`, unless they name a part of it with `computed.<name>` among them */
                readonly service?: string;
            };
            readonly header?: {
                /** @description Entity tags of answers that the client has */
                readonly "If-None-Match"?: string;
            };
            readonly path: {
                /**
                 * @description The entity's key; a composite key is its parts in key order, each percent-encoded, with commas between
                 * @example 1
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The features, with a status for each view */
            readonly 200: {
                headers: {
                    /** @description RFC 9745: since when a version that the answer reads is deprecated */
                    readonly Deprecation?: string;
                    /** @description For If-None-Match */
                    readonly ETag?: string;
                    /** @description The successor-version of each */
                    readonly Link?: string;
                    /** @description RFC 8594: when the first of them is no longer served */
                    readonly Sunset?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "speech_id": 1,
                     *       "features": {
                     *         "speech_sentiment": {
                     *           "sentiment": "positive"
                     *         },
                     *         "speech_profile": {
                     *           "speaker": "George Washington"
                     *         }
                     *       },
                     *       "status": "complete",
                     *       "views": {
                     *         "speech_sentiment": "complete",
                     *         "speech_profile": "complete"
                     *       },
                     *       "metadata": {
                     *         "speech_sentiment": {
                     *           "version": 1,
                     *           "generation": 1,
                     *           "as_of": "2026-11-22T20:50:25.677000Z",
                     *           "age_seconds": 1.98,
                     *           "event_time": "2026-10-19T11:36:06.533145Z"
                     *         },
                     *         "speech_profile": {
                     *           "version": 1,
                     *           "generation": 1,
                     *           "as_of": "2026-11-22T20:50:25.963000Z",
                     *           "age_seconds": 1.694,
                     *           "event_time": "2026-04-26T14:54:27.407065Z"
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["FeaturesAnswer"];
                };
            };
            /** @description The client has this answer already, as its If-None-Match says */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem400.readFeatures"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden.tenant_required"];
            readonly 404: components["responses"]["Problem404.readFeatures"];
            readonly 410: components["responses"]["Problem410.feature_view_retired"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503.view_not_materialized.source_unavailable"];
        };
    };
    readonly readFeaturesBatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "ids": [
                 *         1,
                 *         2,
                 *         4711
                 *       ],
                 *       "features": [
                 *         "speech_sentiment.sentiment",
                 *         "speech_profile.year"
                 *       ],
                 *       "metadata": true
                 *     }
                 */
                readonly "application/json": components["schemas"]["BatchRequest"];
            };
        };
        readonly responses: {
            /** @description The rows */
            readonly 200: {
                headers: {
                    /** @description RFC 9745: since when a version that the answer reads is deprecated */
                    readonly Deprecation?: string;
                    /** @description The successor-version of each */
                    readonly Link?: string;
                    /** @description RFC 8594: when the first of them is no longer served */
                    readonly Sunset?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ids": [
                     *         1,
                     *         2,
                     *         4711
                     *       ],
                     *       "columns": [
                     *         "speech_sentiment.sentiment",
                     *         "speech_profile.year"
                     *       ],
                     *       "rows": [
                     *         [
                     *           "positive",
                     *           1790
                     *         ],
                     *         [
                     *           "positive",
                     *           1791
                     *         ],
                     *         [
                     *           null,
                     *           null
                     *         ]
                     *       ],
                     *       "status": [
                     *         "complete",
                     *         "complete",
                     *         "unknown_entity"
                     *       ],
                     *       "views": [
                     *         "speech_sentiment",
                     *         "speech_profile"
                     *       ],
                     *       "statuses": [
                     *         [
                     *           "complete",
                     *           "complete"
                     *         ],
                     *         [
                     *           "complete",
                     *           "complete"
                     *         ],
                     *         [
                     *           "unknown_entity",
                     *           "unknown_entity"
                     *         ]
                     *       ],
                     *       "metadata": {
                     *         "speech_sentiment": {
                     *           "version": 1,
                     *           "generation": 1,
                     *           "as_of": "2026-11-22T20:50:25.677000Z",
                     *           "age_seconds": 39.364,
                     *           "event_times": [
                     *             "2026-10-19T11:36:06.533145Z",
                     *             "2026-10-28T22:12:58.798523Z",
                     *             null
                     *           ]
                     *         },
                     *         "speech_profile": {
                     *           "version": 1,
                     *           "generation": 1,
                     *           "as_of": "2026-11-22T20:50:25.963000Z",
                     *           "age_seconds": 39.078,
                     *           "event_times": [
                     *             "2026-04-26T14:54:27.407065Z",
                     *             "2026-04-24T22:49:36.229778Z",
                     *             null
                     *           ]
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["BatchAnswer"];
                    readonly "application/vnd.apache.arrow.stream": string;
                };
            };
            readonly 400: components["responses"]["Problem400.readFeaturesBatch"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden.tenant_required"];
            readonly 404: components["responses"]["Problem404.readFeaturesBatch"];
            readonly 406: components["responses"]["Problem406.not_acceptable"];
            readonly 410: components["responses"]["Problem410.feature_view_retired"];
            readonly 413: components["responses"]["Problem413.body_too_large"];
            readonly 415: components["responses"]["Problem415.unsupported_content_encoding.unsupported_media_type"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503.view_not_materialized.source_unavailable"];
        };
    };
    readonly listInvitations: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The invitations, the oldest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "invitations": [
                     *         {
                     *           "id": "inv_p2m4w6z3b5d7f2h4",
                     *           "email": "grace@example.com",
                     *           "role": "member",
                     *           "created_at": "2026-11-22T20:51:06.363000Z",
                     *           "expires_at": "2026-11-29T20:51:06.363000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["InvitationList"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden.person_required.role_required"];
            readonly 404: components["responses"]["Problem404.auth_off.organisation_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly inviteMember: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "email": "grace@example.com"
                 *     }
                 */
                readonly "application/json": components["schemas"]["NewInvitation"];
            };
        };
        readonly responses: {
            /** @description The invitation */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "inv_p2m4w6z3b5d7f2h4",
                     *       "email": "grace@example.com",
                     *       "role": "member",
                     *       "created_at": "2026-11-22T20:51:06.363000Z",
                     *       "expires_at": "2026-11-29T20:51:06.363000Z"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Invitation"];
                };
            };
            readonly 400: components["responses"]["Problem400.body_required.invalid_json.invalid_body"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden.person_required.role_required"];
            readonly 404: components["responses"]["Problem404.auth_off.organisation_not_found"];
            readonly 409: components["responses"]["Problem409.already_member.too_many_invitations"];
            readonly 413: components["responses"]["Problem413.body_too_large"];
            readonly 415: components["responses"]["Problem415.unsupported_content_encoding.unsupported_media_type"];
            readonly 429: components["responses"]["Problem429.too_many_mails"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly withdrawInvitation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id
                 * @example mfrggzdfmztwq2lk
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The invitation's id */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deleted": "inv_p2m4w6z3b5d7f2h4"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Deleted"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden.person_required.role_required"];
            readonly 404: components["responses"]["Problem404.path_not_found.auth_off.organisation_not_found.invitation_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly acceptInvitation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id
                 * @example mfrggzdfmztwq2lk
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The account after the change */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "person": {
                     *         "id": "0cZ5nB2rJmT8yQkWvLdXsA1eGfHpUiO3",
                     *         "email": "ada@example.com",
                     *         "name": "Ada",
                     *         "operator": false
                     *       },
                     *       "organisation": {
                     *         "id": "org_k3v5t7n2q6x4a2c5",
                     *         "name": "Example Music",
                     *         "tier": "free",
                     *         "tenant": null,
                     *         "created_at": "2026-11-22T20:51:06.363000Z"
                     *       },
                     *       "role": "owner",
                     *       "organisations": [
                     *         {
                     *           "id": "org_k3v5t7n2q6x4a2c5",
                     *           "name": "Example Music",
                     *           "role": "owner"
                     *         }
                     *       ],
                     *       "invitations": []
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Account"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden.person_required"];
            readonly 404: components["responses"]["Problem404.path_not_found.auth_off.organisation_not_found.invitation_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly listKeys: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The keys */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "id": "abcdefghijklmnop",
                     *           "name": "ranking",
                     *           "state": "active",
                     *           "scopes": [
                     *             "features:read:speech_*"
                     *           ],
                     *           "organisation": null,
                     *           "tenant": null,
                     *           "networks": [],
                     *           "limits": {},
                     *           "created_by": null,
                     *           "created_at": "2026-11-22T20:50:23.705000Z",
                     *           "expires_at": null,
                     *           "disabled_at": null,
                     *           "revoked_at": null,
                     *           "last_used_at": null,
                     *           "replaced_by": null,
                     *           "rotate_by": null
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["KeyList"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly createKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "name": "ranking",
                 *       "scopes": [
                 *         "features:read:speech_*"
                 *       ]
                 *     }
                 */
                readonly "application/json": components["schemas"]["NewKey"];
            };
        };
        readonly responses: {
            /** @description The key */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "abcdefghijklmnop",
                     *       "name": "ranking",
                     *       "state": "active",
                     *       "scopes": [
                     *         "features:read:speech_*"
                     *       ],
                     *       "organisation": null,
                     *       "tenant": null,
                     *       "networks": [],
                     *       "limits": {},
                     *       "created_by": null,
                     *       "created_at": "2026-11-22T20:50:23.705000Z",
                     *       "expires_at": null,
                     *       "disabled_at": null,
                     *       "revoked_at": null,
                     *       "last_used_at": null,
                     *       "replaced_by": null,
                     *       "rotate_by": null,
                     *       "key": "fs_abcdefghijklmnop_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8_a11c400f"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["IssuedKey"];
                };
            };
            readonly 400: components["responses"]["Problem400.body_required.invalid_json.invalid_body"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.key_exceeds_own.sign_up_refused.origin_forbidden"];
            readonly 404: components["responses"]["Problem404.organisation_not_found.key_not_found"];
            readonly 409: components["responses"]["Problem409.too_many_keys"];
            readonly 413: components["responses"]["Problem413.body_too_large"];
            readonly 415: components["responses"]["Problem415.unsupported_content_encoding.unsupported_media_type"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly readKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id of the key, not the key itself
                 * @example abcdefghijklmnop
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The key */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "abcdefghijklmnop",
                     *       "name": "ranking",
                     *       "state": "active",
                     *       "scopes": [
                     *         "features:read:speech_*"
                     *       ],
                     *       "organisation": null,
                     *       "tenant": null,
                     *       "networks": [],
                     *       "limits": {},
                     *       "created_by": null,
                     *       "created_at": "2026-11-22T20:50:23.705000Z",
                     *       "expires_at": null,
                     *       "disabled_at": null,
                     *       "revoked_at": null,
                     *       "last_used_at": null,
                     *       "replaced_by": null,
                     *       "rotate_by": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Key"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden"];
            readonly 404: components["responses"]["Problem404.path_not_found.key_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly revokeKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id of the key, not the key itself
                 * @example abcdefghijklmnop
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The key */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "abcdefghijklmnop",
                     *       "name": "ranking",
                     *       "state": "revoked",
                     *       "scopes": [
                     *         "features:read:speech_*"
                     *       ],
                     *       "organisation": null,
                     *       "tenant": null,
                     *       "networks": [],
                     *       "limits": {},
                     *       "created_by": null,
                     *       "created_at": "2026-11-22T20:50:23.705000Z",
                     *       "expires_at": null,
                     *       "disabled_at": null,
                     *       "revoked_at": "2026-11-22T20:51:06.363000Z",
                     *       "last_used_at": null,
                     *       "replaced_by": null,
                     *       "rotate_by": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Key"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.key_exceeds_own.sign_up_refused.origin_forbidden"];
            readonly 404: components["responses"]["Problem404.path_not_found.key_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly changeKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id of the key, not the key itself
                 * @example abcdefghijklmnop
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "name": "ranking, old model",
                 *       "disabled": true
                 *     }
                 */
                readonly "application/json": components["schemas"]["KeyChange"];
            };
        };
        readonly responses: {
            /** @description The key */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "abcdefghijklmnop",
                     *       "name": "ranking, old model",
                     *       "state": "disabled",
                     *       "scopes": [
                     *         "features:read:speech_*"
                     *       ],
                     *       "organisation": null,
                     *       "tenant": null,
                     *       "networks": [],
                     *       "limits": {},
                     *       "created_by": null,
                     *       "created_at": "2026-11-22T20:50:23.705000Z",
                     *       "expires_at": null,
                     *       "disabled_at": "2026-11-22T20:51:06.363000Z",
                     *       "revoked_at": null,
                     *       "last_used_at": null,
                     *       "replaced_by": null,
                     *       "rotate_by": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Key"];
                };
            };
            readonly 400: components["responses"]["Problem400.body_required.invalid_json.invalid_body"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.key_exceeds_own.sign_up_refused.origin_forbidden"];
            readonly 404: components["responses"]["Problem404.path_not_found.key_not_found"];
            readonly 409: components["responses"]["Problem409.key_not_active"];
            readonly 413: components["responses"]["Problem413.body_too_large"];
            readonly 415: components["responses"]["Problem415.unsupported_content_encoding.unsupported_media_type"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly rotateKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id of the key, not the key itself
                 * @example abcdefghijklmnop
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "grace_seconds": 3600
                 *     }
                 */
                readonly "application/json": components["schemas"]["KeyRotation"];
            };
        };
        readonly responses: {
            /** @description The new key */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "abcdefghijklmnop",
                     *       "name": "ranking",
                     *       "state": "active",
                     *       "scopes": [
                     *         "features:read:speech_*"
                     *       ],
                     *       "organisation": null,
                     *       "tenant": null,
                     *       "networks": [],
                     *       "limits": {},
                     *       "created_by": null,
                     *       "created_at": "2026-11-22T20:50:23.705000Z",
                     *       "expires_at": null,
                     *       "disabled_at": null,
                     *       "revoked_at": null,
                     *       "last_used_at": null,
                     *       "replaced_by": null,
                     *       "rotate_by": null,
                     *       "key": "fs_abcdefghijklmnop_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8_a11c400f"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["IssuedKey"];
                };
            };
            readonly 400: components["responses"]["Problem400.body_required.invalid_json.invalid_body"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.key_exceeds_own.sign_up_refused.origin_forbidden"];
            readonly 404: components["responses"]["Problem404.path_not_found.organisation_not_found.key_not_found"];
            readonly 409: components["responses"]["Problem409.key_not_active.key_already_rotated.too_many_keys"];
            readonly 413: components["responses"]["Problem413.body_too_large"];
            readonly 415: components["responses"]["Problem415.unsupported_content_encoding.unsupported_media_type"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly listMembers: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The members, the first one first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "members": [
                     *         {
                     *           "id": "0cZ5nB2rJmT8yQkWvLdXsA1eGfHpUiO3",
                     *           "name": "Ada",
                     *           "email": "ada@example.com",
                     *           "role": "owner",
                     *           "created_at": "2026-11-22T20:51:06.363000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["MemberList"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden"];
            readonly 404: components["responses"]["Problem404.auth_off.organisation_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly removeMember: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id
                 * @example mfrggzdfmztwq2lk
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The member's id */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deleted": "0cZ5nB2rJmT8yQkWvLdXsA1eGfHpUiO3"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Deleted"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden.person_required.role_required"];
            readonly 404: components["responses"]["Problem404.path_not_found.auth_off.organisation_not_found.member_not_found"];
            readonly 409: components["responses"]["Problem409.last_owner"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly changeMember: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id
                 * @example mfrggzdfmztwq2lk
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "role": "admin"
                 *     }
                 */
                readonly "application/json": components["schemas"]["MemberChange"];
            };
        };
        readonly responses: {
            /** @description All members after the change */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "members": [
                     *         {
                     *           "id": "0cZ5nB2rJmT8yQkWvLdXsA1eGfHpUiO3",
                     *           "name": "Ada",
                     *           "email": "ada@example.com",
                     *           "role": "owner",
                     *           "created_at": "2026-11-22T20:51:06.363000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["MemberList"];
                };
            };
            readonly 400: components["responses"]["Problem400.body_required.invalid_json.invalid_body"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden.person_required.role_required"];
            readonly 404: components["responses"]["Problem404.path_not_found.auth_off.organisation_not_found.member_not_found"];
            readonly 409: components["responses"]["Problem409.last_owner"];
            readonly 413: components["responses"]["Problem413.body_too_large"];
            readonly 415: components["responses"]["Problem415.unsupported_content_encoding.unsupported_media_type"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly listRuns: {
        readonly parameters: {
            readonly query?: {
                /** @description The id of a run: only runs before it */
                readonly before?: string;
                /** @description How many runs; 50 by default */
                readonly limit?: number;
                /** @description Only runs in this state: `running`, `published`, `failed`, `abandoned`, `interrupted` */
                readonly state?: string;
                /**
                 * @description `speech_sentiment`, all its versions, or `speech_sentiment@2`
                 * @example speech_sentiment
                 */
                readonly view?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The runs */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "runs": [
                     *         {
                     *           "run_id": "7",
                     *           "view": "speech_sentiment",
                     *           "version": 1,
                     *           "generation": 1,
                     *           "state": "published",
                     *           "kind": "full",
                     *           "recomputed": null,
                     *           "why_full": null,
                     *           "repaired": null,
                     *           "as_of": "2026-11-22T20:50:25.677000Z",
                     *           "watermark": "833",
                     *           "started_at": "2026-11-22T20:50:25.677000Z",
                     *           "finished_at": "2026-11-22T20:50:25.791000Z",
                     *           "duration_ms": 114,
                     *           "rows": 233,
                     *           "ignored_rows": 0,
                     *           "chunks": null,
                     *           "progress": null,
                     *           "failure": null,
                     *           "broken_contracts": [],
                     *           "forced_because": null,
                     *           "warnings": [],
                     *           "read_files": null,
                     *           "read_tables": null
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["RunList"];
                };
            };
            readonly 400: components["responses"]["Problem400.invalid_parameter"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.feature_view_not_found.feature_view_version_not_found"];
            readonly 410: components["responses"]["Problem410.feature_view_retired"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly createTrainingSet: {
        readonly parameters: {
            readonly query?: {
                /** @description Why a feature may equal a label in 99 % of the rows or more */
                readonly allow_leakage?: string;
                /** @description The column of the as-of times; `as_of` by default */
                readonly as_of_column?: string;
                /** @description The comma-separated columns of the spine to keep; all by default */
                readonly columns?: string;
                /** @description The entity; by default that of the views */
                readonly entity?: string;
                /** @description Comma-separated `view`, `view.feature`, `view@2`, `view@2.feature` */
                readonly features?: string;
                /** @description The format of the result, `parquet` by default: `parquet`, `csv`, `jsonl` */
                readonly format?: string;
                /** @description The column of the spine that is the label */
                readonly label_column?: string;
                /** @description Comma-separated `view.feature@7d` or `name=view.feature@7d` */
                readonly labels?: string;
                /** @description Whether to answer with a finished training set of the same content, if there is one: `true`, `false` */
                readonly reuse?: string;
                /** @description A feature service, `name` or `name@2`; excludes `features` */
                readonly service?: string;
                /** @description `time:CUT,…`, `hash:train=0.8,test=0.2` or `group:COLUMN:train=0.8,test=0.2` */
                readonly split?: string;
                /** @description The zone of times without an offset, which are rejected without it */
                readonly time_zone?: string;
            };
            readonly header?: {
                /** @description 1 to 200 printable characters without spaces */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "features": [
                 *         "speech_sentiment.sentiment",
                 *         "speech_profile.year"
                 *       ],
                 *       "rows": [
                 *         {
                 *           "speech_id": 1,
                 *           "as_of": "2026-10-31T12:00:00Z",
                 *           "sold": 12
                 *         },
                 *         {
                 *           "speech_id": 2,
                 *           "as_of": "2026-11-01T12:00:00Z",
                 *           "sold": 7
                 *         }
                 *       ],
                 *       "label_column": "sold",
                 *       "format": "csv",
                 *       "reuse": true
                 *     }
                 */
                readonly "application/json": components["schemas"]["TrainingSetRequest"];
                readonly "application/jsonl": string;
                readonly "application/vnd.apache.parquet": string;
                readonly "application/x-ndjson": string;
                readonly "text/csv": string;
            };
        };
        readonly responses: {
            /** @description A finished training set that is reused, with `reuse: true`, or that of a repeated request */
            readonly 200: {
                headers: {
                    /** @description The path of the training set */
                    readonly Location: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "zq2nporvjrd7jy33",
                     *       "state": "finished",
                     *       "created_at": "2026-11-22T20:51:05.223000Z",
                     *       "started_at": "2026-11-22T20:51:05.306000Z",
                     *       "finished_at": "2026-11-22T20:51:05.363000Z",
                     *       "progress": {
                     *         "rows": 2,
                     *         "spine_rows": 2
                     *       },
                     *       "failure": null,
                     *       "data": "/api/training-sets/zq2nporvjrd7jy33/data",
                     *       "manifest": {
                     *         "id": "zq2nporvjrd7jy33",
                     *         "tenant": null,
                     *         "entity": "speech",
                     *         "service": null,
                     *         "options": {
                     *           "service": null,
                     *           "format": "parquet",
                     *           "asOfColumn": "as_of",
                     *           "timeZone": null,
                     *           "split": null,
                     *           "labelColumn": null,
                     *           "allowLeakage": null
                     *         },
                     *         "views": [
                     *           {
                     *             "view": "speech_sentiment",
                     *             "version": 1,
                     *             "meaning_hash": "2f0c5a…",
                     *             "plan": "join",
                     *             "joined_rows": 2,
                     *             "rows": {
                     *               "missing": 0,
                     *               "expired": 0,
                     *               "without_history": 0
                     *             }
                     *           }
                     *         ],
                     *         "columns": [
                     *           {
                     *             "name": "speech_id",
                     *             "role": "key",
                     *             "type": "int64"
                     *           },
                     *           {
                     *             "name": "as_of",
                     *             "role": "as_of",
                     *             "type": "timestamp"
                     *           },
                     *           {
                     *             "name": "speech_sentiment.sentiment",
                     *             "role": "feature",
                     *             "type": "string",
                     *             "view": "speech_sentiment",
                     *             "version": 1,
                     *             "feature": "sentiment"
                     *           }
                     *         ],
                     *         "labels": [],
                     *         "leakage": {
                     *           "features": [],
                     *           "notes": [],
                     *           "refused": false
                     *         },
                     *         "spine": {
                     *           "rows": 2,
                     *           "sha256": "9b1e7d…"
                     *         },
                     *         "sources": [
                     *           {
                     *             "source": "analyses",
                     *             "at": "2026-11-22T20:51:05.310000Z",
                     *             "rows": 699,
                     *             "largest": {
                     *               "id": "699"
                     *             },
                     *             "latest": "1763812800000000",
                     *             "moved": false
                     *           }
                     *         ],
                     *         "horizon": {
                     *           "cluster": "7575912042183229921",
                     *           "transaction": "841"
                     *         },
                     *         "kept": [],
                     *         "result": {
                     *           "file": "data.parquet",
                     *           "bytes": 1804,
                     *           "sha256": "41d8c2…",
                     *           "rows": 2
                     *         },
                     *         "split": {},
                     *         "unparsed": [],
                     *         "warnings": [],
                     *         "packages": {
                     *           "@featstore/server": "0.1.0",
                     *           "apache-arrow": "21.2.0",
                     *           "parquet-wasm": "0.8.0",
                     *           "compiler": "12"
                     *         },
                     *         "rerun": null
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["TrainingSet"];
                };
            };
            /** @description The spine was read, and the training set is being made */
            readonly 202: {
                headers: {
                    /** @description The path of the training set */
                    readonly Location: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "zq2nporvjrd7jy33",
                     *       "state": "running",
                     *       "created_at": "2026-11-22T20:51:05.223000Z",
                     *       "started_at": "2026-11-22T20:51:05.306000Z",
                     *       "finished_at": null,
                     *       "progress": {
                     *         "rows": 0,
                     *         "spine_rows": 2
                     *       },
                     *       "failure": null,
                     *       "data": null,
                     *       "manifest": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["TrainingSet"];
                };
            };
            readonly 400: components["responses"]["Problem400.createTrainingSet"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden.tenant_required"];
            readonly 404: components["responses"]["Problem404.createTrainingSet"];
            readonly 409: components["responses"]["Problem409.training_set_not_finished.idempotency_key_reused"];
            readonly 410: components["responses"]["Problem410.feature_view_retired"];
            readonly 413: components["responses"]["Problem413.createTrainingSet"];
            readonly 415: components["responses"]["Problem415.unsupported_content_encoding.unsupported_media_type"];
            readonly 429: components["responses"]["Problem429.training_tenant_queue_full"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503.view_not_materialized.training_queue_full"];
            readonly 507: components["responses"]["Problem507.storage_full"];
        };
    };
    readonly readTrainingSet: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id of the training set
                 * @example zq2nporvjrd7jy33
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The training set */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "zq2nporvjrd7jy33",
                     *       "state": "finished",
                     *       "created_at": "2026-11-22T20:51:05.223000Z",
                     *       "started_at": "2026-11-22T20:51:05.306000Z",
                     *       "finished_at": "2026-11-22T20:51:05.363000Z",
                     *       "progress": {
                     *         "rows": 2,
                     *         "spine_rows": 2
                     *       },
                     *       "failure": null,
                     *       "data": "/api/training-sets/zq2nporvjrd7jy33/data",
                     *       "manifest": {
                     *         "id": "zq2nporvjrd7jy33",
                     *         "tenant": null,
                     *         "entity": "speech",
                     *         "service": null,
                     *         "options": {
                     *           "service": null,
                     *           "format": "parquet",
                     *           "asOfColumn": "as_of",
                     *           "timeZone": null,
                     *           "split": null,
                     *           "labelColumn": null,
                     *           "allowLeakage": null
                     *         },
                     *         "views": [
                     *           {
                     *             "view": "speech_sentiment",
                     *             "version": 1,
                     *             "meaning_hash": "2f0c5a…",
                     *             "plan": "join",
                     *             "joined_rows": 2,
                     *             "rows": {
                     *               "missing": 0,
                     *               "expired": 0,
                     *               "without_history": 0
                     *             }
                     *           }
                     *         ],
                     *         "columns": [
                     *           {
                     *             "name": "speech_id",
                     *             "role": "key",
                     *             "type": "int64"
                     *           },
                     *           {
                     *             "name": "as_of",
                     *             "role": "as_of",
                     *             "type": "timestamp"
                     *           },
                     *           {
                     *             "name": "speech_sentiment.sentiment",
                     *             "role": "feature",
                     *             "type": "string",
                     *             "view": "speech_sentiment",
                     *             "version": 1,
                     *             "feature": "sentiment"
                     *           }
                     *         ],
                     *         "labels": [],
                     *         "leakage": {
                     *           "features": [],
                     *           "notes": [],
                     *           "refused": false
                     *         },
                     *         "spine": {
                     *           "rows": 2,
                     *           "sha256": "9b1e7d…"
                     *         },
                     *         "sources": [
                     *           {
                     *             "source": "analyses",
                     *             "at": "2026-11-22T20:51:05.310000Z",
                     *             "rows": 699,
                     *             "largest": {
                     *               "id": "699"
                     *             },
                     *             "latest": "1763812800000000",
                     *             "moved": false
                     *           }
                     *         ],
                     *         "horizon": {
                     *           "cluster": "7575912042183229921",
                     *           "transaction": "841"
                     *         },
                     *         "kept": [],
                     *         "result": {
                     *           "file": "data.parquet",
                     *           "bytes": 1804,
                     *           "sha256": "41d8c2…",
                     *           "rows": 2
                     *         },
                     *         "split": {},
                     *         "unparsed": [],
                     *         "warnings": [],
                     *         "packages": {
                     *           "@featstore/server": "0.1.0",
                     *           "apache-arrow": "21.2.0",
                     *           "parquet-wasm": "0.8.0",
                     *           "compiler": "12"
                     *         },
                     *         "rerun": null
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["TrainingSet"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.path_not_found.training_set_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly deleteTrainingSet: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id of the training set
                 * @example zq2nporvjrd7jy33
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The training set, which is deleted or about to be cancelled */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "zq2nporvjrd7jy33",
                     *       "state": "deleted",
                     *       "created_at": "2026-11-22T20:51:05.223000Z",
                     *       "started_at": "2026-11-22T20:51:05.306000Z",
                     *       "finished_at": "2026-11-22T20:51:06.363000Z",
                     *       "progress": {
                     *         "rows": 0,
                     *         "spine_rows": 2
                     *       },
                     *       "failure": null,
                     *       "data": null,
                     *       "manifest": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["TrainingSet"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403"];
            readonly 404: components["responses"]["Problem404.path_not_found.training_set_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly cancelTrainingSet: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The id of the training set
                 * @example zq2nporvjrd7jy33
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The training set, which is cancelled or about to be */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "zq2nporvjrd7jy33",
                     *       "state": "cancelled",
                     *       "created_at": "2026-11-22T20:51:05.223000Z",
                     *       "started_at": "2026-11-22T20:51:05.306000Z",
                     *       "finished_at": "2026-11-22T20:51:06.363000Z",
                     *       "progress": {
                     *         "rows": 0,
                     *         "spine_rows": 2
                     *       },
                     *       "failure": null,
                     *       "data": null,
                     *       "manifest": null
                     *     }
                     */
                    readonly "application/json": components["schemas"]["TrainingSet"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403"];
            readonly 404: components["responses"]["Problem404.path_not_found.training_set_not_found"];
            readonly 409: components["responses"]["Problem409.training_set_finished"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly downloadTrainingSet: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Entity tags of the only files that the client wants */
                readonly "If-Match"?: string;
                /** @description Entity tags of files that the client has */
                readonly "If-None-Match"?: string;
                /** @description The `ETag` of the file that the part belongs to; of another file, the whole is sent */
                readonly "If-Range"?: string;
                /** @description One part of the file, `bytes=100-199` or `bytes=100-` */
                readonly Range?: string;
            };
            readonly path: {
                /**
                 * @description The id of the training set
                 * @example zq2nporvjrd7jy33
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The file */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/vnd.apache.parquet": string;
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description The requested part */
            readonly 206: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/vnd.apache.parquet": string;
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description The client has this file already, as its If-None-Match says */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 401: components["responses"]["Problem401"];
            readonly 403: components["responses"]["Problem403.resource_forbidden"];
            readonly 404: components["responses"]["Problem404.path_not_found.training_set_not_found.training_set_elsewhere"];
            readonly 409: components["responses"]["Problem409.training_set_not_finished"];
            readonly 410: components["responses"]["Problem410.training_set_without_data"];
            readonly 412: components["responses"]["Problem412.precondition_failed"];
            readonly 416: components["responses"]["Problem416.range_not_satisfiable"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly readUsage: {
        readonly parameters: {
            readonly query?: {
                /** @description What each row is about, `day` by default: `day`, `key`, `operation`, `view`, `month` */
                readonly by?: string;
                /** @description `json` by default: `json`, `csv` */
                readonly format?: string;
                /** @description The first day; by default the first of the month of `to` */
                readonly from?: string;
                /** @description The last day; by default today */
                readonly to?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The usage */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "organisation": "org_k3v7w2q5m4x6p2ab",
                     *       "from": "2026-11-01",
                     *       "to": "2026-11-22",
                     *       "by": "operation",
                     *       "usage": [
                     *         {
                     *           "operation": "readFeatures",
                     *           "requests": 1200,
                     *           "rows": 1200,
                     *           "bytes": 0,
                     *           "errors": 3,
                     *           "latency_ms": {
                     *             "p50": 0.141,
                     *             "p95": 0.324,
                     *             "p99": 0.71
                     *           }
                     *         }
                     *       ],
                     *       "total": {
                     *         "requests": 1200,
                     *         "rows": 1200,
                     *         "bytes": 0,
                     *         "errors": 3
                     *       },
                     *       "limits": {
                     *         "resets_at": "2026-12-01T00:00:00.000Z",
                     *         "organisation": {
                     *           "requests_per_second": 20,
                     *           "burst": 200,
                     *           "month": {
                     *             "requests": {
                     *               "limit": 100000,
                     *               "used": 1200,
                     *               "left": 98800
                     *             },
                     *             "rows": {
                     *               "limit": 1000000,
                     *               "used": 1200,
                     *               "left": 998800
                     *             },
                     *             "bytes": {
                     *               "limit": 10737418240,
                     *               "used": 0,
                     *               "left": 10737418240
                     *             }
                     *           },
                     *           "excess": "refuse"
                     *         },
                     *         "key": {
                     *           "requests_per_second": 20,
                     *           "burst": 200,
                     *           "month": {
                     *             "requests": {
                     *               "limit": null,
                     *               "used": 1200,
                     *               "left": null
                     *             },
                     *             "rows": {
                     *               "limit": null,
                     *               "used": 1200,
                     *               "left": null
                     *             },
                     *             "bytes": {
                     *               "limit": null,
                     *               "used": 0,
                     *               "left": null
                     *             }
                     *           }
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["UsageAnswer"];
                    readonly "text/csv": string;
                };
            };
            readonly 400: components["responses"]["Problem400.invalid_parameter"];
            readonly 401: components["responses"]["Problem401.session_expired"];
            readonly 403: components["responses"]["Problem403.sign_up_refused.origin_forbidden"];
            readonly 404: components["responses"]["Problem404.organisation_not_found"];
            readonly 429: components["responses"]["Problem429"];
            readonly 500: components["responses"]["Problem500"];
            readonly 503: components["responses"]["Problem503"];
        };
    };
    readonly docs: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page that loads nothing from other servers */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
            readonly 400: components["responses"]["Problem400"];
        };
    };
    readonly docsErrors: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page that loads nothing from other servers */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
            readonly 400: components["responses"]["Problem400"];
        };
    };
    readonly health: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The report */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "registry_revision": 10,
                     *       "checks": {
                     *         "server": {
                     *           "ok": true,
                     *           "detail": "running"
                     *         },
                     *         "database": {
                     *           "ok": true,
                     *           "detail": "answers"
                     *         },
                     *         "online_store": {
                     *           "ok": true,
                     *           "detail": "holds every served view"
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Health"];
                    readonly "text/html": string;
                };
            };
            readonly 400: components["responses"]["Problem400"];
        };
    };
    readonly livez: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It runs */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    readonly "application/json": {
                        /** @enum {string} */
                        readonly status: "ok";
                    };
                };
            };
            readonly 400: components["responses"]["Problem400"];
        };
    };
    readonly metrics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The metrics */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /** @example featstore_workers 1 */
                    readonly "text/plain": string;
                };
            };
            readonly 400: components["responses"]["Problem400"];
            readonly 500: components["responses"]["Problem500"];
        };
    };
    readonly openapi: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description An OpenAPI 3.1 document */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.1.0",
                     *       "info": {
                     *         "title": "Featstore"
                     *       }
                     *     }
                     */
                    readonly "application/json": {
                        readonly [key: string]: unknown;
                    };
                };
            };
            readonly 400: components["responses"]["Problem400"];
        };
    };
    readonly readyz: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Ready */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "registry_revision": 10,
                     *       "checks": {
                     *         "server": {
                     *           "ok": true,
                     *           "detail": "running"
                     *         },
                     *         "database": {
                     *           "ok": true,
                     *           "detail": "answers"
                     *         },
                     *         "online_store": {
                     *           "ok": true,
                     *           "detail": "holds every served view"
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            readonly 400: components["responses"]["Problem400"];
            /** @description Not ready */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "unavailable",
                     *       "registry_revision": null,
                     *       "checks": {
                     *         "server": {
                     *           "ok": false,
                     *           "detail": "starting"
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
}
