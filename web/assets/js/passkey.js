// Has the person's authenticator answer what the form asks, and sends the answer with the form. Only a script can ask it: without this one the
// page says so and nothing is confirmed.
'use strict'

const wait = 300000 // to find a key, touch it and type its code

for (const form of document.querySelectorAll('form[data-passkey]')) answer(form)

function answer (form) {
  const said = form.querySelector('[data-passkey-said]')
  if (!window.PublicKeyCredential) {
    said.textContent = 'Ce navigateur ne sait pas interroger une clé d’accès. Prenez un navigateur à jour, ou un autre poste : rien n’est perdu.'
    return
  }
  form.addEventListener('submit', async event => {
    event.preventDefault()
    said.textContent = 'Votre navigateur attend votre clé.'
    try {
      const given = await (form.dataset.passkey === 'create' ? create(form.dataset) : get(form.dataset))
      for (const [name, buffer] of Object.entries(given)) form.elements[name].value = text(buffer)
      form.submit()
    } catch {
      said.textContent = 'Votre clé n’a pas répondu. Rien n’est fait : vérifiez qu’elle est branchée et que c’est la bonne, puis recommencez.'
    }
  })
}

async function get (asked) {
  const { rawId, response } = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(asked.challenge), rpId: asked.rp, allowCredentials: credentials(asked), userVerification: 'required', timeout: wait
    }
  })
  return { credential: rawId, authenticator_data: response.authenticatorData, client_data: response.clientDataJSON, signature: response.signature }
}

async function create (asked) {
  const { rawId, response } = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(asked.challenge),
      rp: { id: asked.rp, name: 'Cloison' },
      user: { id: bytes(asked.user), name: asked.name, displayName: asked.name },
      pubKeyCredParams: asked.algorithms.split(' ').map(alg => ({ type: 'public-key', alg: Number(alg) })),
      authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required' },
      excludeCredentials: credentials(asked), attestation: 'none', timeout: wait
    }
  })
  return { credential: rawId, attestation_object: response.attestationObject, client_data: response.clientDataJSON }
}

function credentials (asked) {
  return asked.credentials.split(' ').filter(Boolean).map(id => ({ type: 'public-key', id: bytes(id) }))
}

// base64url, without padding, both ways.
function bytes (written) {
  return Uint8Array.from(atob(written.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0))
}

function text (buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
