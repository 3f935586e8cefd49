/** Names of tenants, by which links call them: they change seldom, and are not asked for with each change of the rest. */
export const TENANT_NAME = "tenant-name";
