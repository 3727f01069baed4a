// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI endpoints of a cell. Their Linux driver is taken off before the cell is created, and a driver
 * that does nothing keeps others away for as long as the cell exists. Afterwards the device stays
 * unbound; its own driver is bound again by hand.
 */

#include "brig.h"

#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>

#if IS_ENABLED(CONFIG_PCI)

/* The device being claimed, as other devices with the same ids are not for the stub. */
static struct pci_dev *claiming;

static int stub_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	return dev == claiming ? 0 : -ENODEV;
}

static struct pci_driver stub = {
	.name = BRIG_PCI_STUB_NAME,
	.probe = stub_probe,
};

/* The device, with a reference, or NULL. */
static struct pci_dev *find(const struct brig_pci_device *config)
{
	if (config->type != BRIG_PCI_ENDPOINT)
		return NULL;
	return pci_get_domain_bus_and_slot(config->domain, config->bdf >> 8, config->bdf & 0xff);
}

static void claim(struct pci_dev *dev)
{
	int ret;

	claiming = dev;
	device_release_driver(&dev->dev);
	ret = driver_attach(&stub.driver);
	/* The first device of its kind; this attaches, too. */
	if (!ret && dev->dev.driver != &stub.driver)
		ret = pci_add_dynid(&stub, dev->vendor, dev->device, PCI_ANY_ID, PCI_ANY_ID, 0, 0,
				    0);
	claiming = NULL;
	if (dev->dev.driver != &stub.driver)
		pci_warn(dev, "cannot be bound to %s (%d)\n", stub.name, ret);
}

static void release(struct pci_dev *dev)
{
	if (dev->dev.driver == &stub.driver)
		device_release_driver(&dev->dev);
}

static void for_each_device(const struct brig_cell *cell, void (*action)(struct pci_dev *dev))
{
	struct pci_dev *dev;
	u32 n;

	for (n = 0; n < cell->num_pci_devices; n++) {
		dev = find(&cell->pci_devices[n]);
		if (!dev)
			continue;
		action(dev);
		pci_dev_put(dev);
	}
}

void brig_pci_claim(const struct brig_cell *cell)
{
	for_each_device(cell, claim);
}

void brig_pci_release(const struct brig_cell *cell)
{
	for_each_device(cell, release);
}

int brig_pci_init(void)
{
	return pci_register_driver(&stub);
}

void brig_pci_exit(void)
{
	pci_unregister_driver(&stub);
}

#else

void brig_pci_claim(const struct brig_cell *cell)
{
}

void brig_pci_release(const struct brig_cell *cell)
{
}

int brig_pci_init(void)
{
	return 0;
}

void brig_pci_exit(void)
{
}

#endif
