// The PostgreSQL provider 1.7.1 as it is, save for three things that a tenant's destroy and a quiet drift check need.
package main

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/plugin"
	"github.com/hashicorp/terraform-plugin-sdk/terraform"
	"github.com/lib/pq"
	"github.com/terraform-providers/terraform-provider-postgresql/postgresql"
)

func main() {
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: provider})
}

func provider() terraform.ResourceProvider {
	p := postgresql.Provider().(*schema.Provider)
	tellEmptyRolesFromUnset(p.ResourcesMap["postgresql_role"])
	endSessionsBeforeDrop(p.ResourcesMap["postgresql_schema"])
	p.ResourcesMap["postgresql_database"].Delete = dropDatabase
	return p
}

// tellEmptyRolesFromUnset lets a role without memberships have the same value when it was created and when it is read:
// 1.7.1 stores null at first and reads an empty set back, which looks like drift in each new role.
func tellEmptyRolesFromUnset(role *schema.Resource) {
	role.Schema["roles"].Computed = true
}

// endSessionsBeforeDrop ends the sessions that could hold a lock on what is dropped with the schema. Without
// drop_cascade nobody asked for more than an empty schema to go, and sessions stay.
func endSessionsBeforeDrop(resource *schema.Resource) {
	drop := resource.Delete
	resource.Delete = func(d *schema.ResourceData, meta interface{}) error {
		if d.Get("drop_cascade").(bool) {
			database := strings.SplitN(d.Id(), ".", 2)[0]
			if err := endSessions(meta.(*postgresql.Client), database); err != nil {
				return err
			}
		}
		return drop(d, meta)
	}
}

func endSessions(client *postgresql.Client, database string) error {
	_, err := client.DB().Exec(
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()", database)
	if err != nil {
		return fmt.Errorf("could not end the sessions in database %s: %w", database, err)
	}
	return nil
}

// dropDatabase drops it with whoever is still connected (Postgres 13 and later). Ending sessions first would not do: an
// application's pool is back before the drop.
func dropDatabase(d *schema.ResourceData, meta interface{}) error {
	name := d.Get("name").(string)
	statement := "DROP DATABASE IF EXISTS " + pq.QuoteIdentifier(name) + " WITH (FORCE)"
	if _, err := meta.(*postgresql.Client).DB().Exec(statement); err != nil {
		return fmt.Errorf("could not drop database %s: %w", name, err)
	}
	d.SetId("")
	return nil
}
